using System.Text.RegularExpressions;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The list of devices in a real browser, over some thousand of them.</summary>
public class DevicesPageTests(Chromium chromium)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("devices-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("devices-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task It_shows_one_page_and_how_many_there_are_of_each_state_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await LargeFleet.StartAsync();
        await using var window = await OpenAsync(gateway, width, height, colours, "devices");

        await Expect(window["#list tr"]).ToHaveCountAsync(50);
        await Expect(window["#states .figure"]).ToHaveTextAsync(["3,030", "2,949", "50", "0", "30", "1"]);
        await Expect(window["#pages"]).ToHaveTextAsync("1–50 of 3,030");
        await Expect(window.Row("#list", "cold-store-0001").Locator("a")).ToHaveAttributeAsync("href", "/devices/cold-store-0001");
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        await window["#search"].FillAsync("spare");
        await Expect(window["#list tr"]).ToHaveCountAsync(LargeFleet.NeverSpoke);
        await window.IsNoWiderThanItsScreenAsync();
        await window.ScreenshotAsync(name + "-found");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Search_filters_order_and_page_live_in_the_address_which_the_browser_goes_back_in()
    {
        await using var gateway = await LargeFleet.StartAsync();
        await using var window = await OpenAsync(gateway, 1440, 900, ColorScheme.Light, "devices");
        await window["#search"].FillAsync("PUMP");
        await Expect(window["#count"]).ToHaveTextAsync("1,000 of 3,030");

        await window["#site"].SelectOptionAsync("=hall 2");
        await Expect(window["#count"]).ToHaveTextAsync("10 of 3,030");
        await Expect(window["#site option:checked"]).ToHaveTextAsync(new Regex(@"^hall 2 \(30\)$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await window["#clear"].ClickAsync();
        await Expect(window["#search"]).ToBeFocusedAsync();
        await window["#states button"].Filter(new() { HasText = "silent" }).ClickAsync();
        await Expect(window["#pages"]).ToBeHiddenAsync();
        await Expect(window["#list tr"]).ToHaveCountAsync(LargeFleet.Silent);
        await window["#states button"].Filter(new() { HasText = "silent" }).ClickAsync(); // again: any state
        await window["th button"].Filter(new() { HasText = "Missing" }).ClickAsync();
        await Expect(window["#list tr"].First).ToContainTextAsync("2,856 in 1");
        await Expect(window["th[data-sort=missing]"]).ToHaveAttributeAsync("aria-sort", "descending");
        await window["#next"].ClickAsync();
        await Expect(window["#pages"]).ToHaveTextAsync("51–100 of 3,030");
        Assert.EndsWith("/devices?sort=missing&page=2", window.Page.Url, StringComparison.Ordinal);
        var shown = await window["#list a"].AllInnerTextsAsync();

        await window.Page.ReloadAsync();
        await Expect(window["#pages"]).ToHaveTextAsync("51–100 of 3,030");
        Assert.Equal(shown, await window["#list a"].AllInnerTextsAsync());
        await window.Page.GoBackAsync();
        await Expect(window["#pages"]).ToHaveTextAsync("1–50 of 3,030");
        await Expect(window["#list tr"].First).ToContainTextAsync("2,856 in 1");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Nothing_matches_offers_to_clear_and_what_was_asked_is_text()
    {
        await using var gateway = await LargeFleet.StartAsync();
        await using var window = await OpenAsync(gateway, 1440, 900, ColorScheme.Light, $"devices?state=offline&search={Uri.EscapeDataString(LargeFleet.HostileSite)}&sort=colour&page=x");

        await Expect(window["#none-why"]).ToHaveTextAsync($"Asked for: state offline, a name with “{LargeFleet.HostileSite}”.");
        await window["#none-clear"].ClickAsync();
        await Expect(window["#list tr"]).ToHaveCountAsync(50);
        await window["#search"].FillAsync("spare-00");
        await Expect(window.Row("#list", "spare-00").Locator("td").Nth(3)).ToHaveTextAsync(LargeFleet.HostileSite);
        await window["#site"].SelectOptionAsync("=" + LargeFleet.HostileSite);
        await Expect(window["#list tr"]).ToHaveCountAsync(1);

        await Expect(window["main img, main script"]).ToHaveCountAsync(0);
        Assert.StartsWith("Devices", await window.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task It_is_live_and_an_order_that_moves_waits_for_whoever_is_in_it()
    {
        await using var gateway = await LargeFleet.StartAsync();
        await using var window = await OpenAsync(gateway, 1440, 900, ColorScheme.Light, "devices?sort=last_seen&search=pump");
        await Expect(window["#list tr"]).ToHaveCountAsync(50);
        var first = window["#list tr"].First;
        var link = first.Locator("a");
        var name = await link.InnerTextAsync();
        await link.FocusAsync();

        lock (gateway.Books) gateway.Books.Add(CannedGateway.Device("pump-brand-new", 5, seen: DateTimeOffset.UtcNow.AddSeconds(2)));
        await Expect(window["#states .figure"].First).ToHaveTextAsync("1,001");
        await Expect(link).ToBeFocusedAsync();
        await Expect(first.Locator("a")).ToHaveTextAsync(name);
        await window["#search"].FocusAsync();

        await Expect(window["#list tr"].First.Locator("a")).ToHaveTextAsync("pump-brand-new");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_CSV_holds_all_that_match()
    {
        await using var gateway = await LargeFleet.StartAsync();
        await using var window = await OpenAsync(gateway, 1440, 900, ColorScheme.Light, "devices?search=spare");
        await Expect(window["#list tr"]).ToHaveCountAsync(LargeFleet.NeverSpoke);

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window["#csv"].ClickAsync());

        Assert.Equal("devices.csv", download.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), Stop);
        Assert.Equal(LargeFleet.NeverSpoke + 1, lines.Length);
        Assert.StartsWith("spare-29,never_spoke,", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_gateway_says_how_to_begin_and_a_viewer_sees_no_way_to_add()
    {
        await using var gateway = await (await new CannedGateway().StartAsync()).WithUserAsync("vera", Role.Viewer);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "sign-in");
        await window["#name"].FillAsync("vera");
        await window["#password"].FillAsync(Browser.Password);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Devices", Exact = true }).ClickAsync();

        await Expect(window["#begin"]).ToContainTextAsync("mosquitto_pub -p 1883");
        await Expect(window["#begin"]).ToContainTextAsync("An operator can add one");
        await Expect(window["a[href^='/registry']"]).ToHaveCountAsync(0);
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("devices-empty");
        await window.Page.GotoAsync(gateway.Url + "devices/pump-7");
        await Expect(window["#unknown-title"]).ToBeVisibleAsync();
        await Expect(window["main form, main a[href^='/registry']"]).ToHaveCountAsync(0);
        Assert.Equal(403, (await window.Page.GotoAsync(gateway.Url + "registry/add"))!.Status);
    }

    private async Task<Window> OpenAsync(CannedGateway gateway, int width, int height, ColorScheme colours, string path)
    {
        var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync(gateway.Url + path);
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        return window;
    }
}
