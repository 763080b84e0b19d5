using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The overview page in a real browser, over figures that the test sets.</summary>
public class OverviewPageTests(Chromium chromium)
{
    [Theory]
    [InlineData("overview-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("overview-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task It_shows_fleet_and_books_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);

        await window.Page.GotoAsync(gateway.Url.ToString());

        await Expect(window["#fleet tr"]).ToHaveCountAsync(SmallFleet.Devices);
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#books .mark"]).ToHaveTextAsync(["✓", "✓", "✓"]);
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_device_that_speaks_for_the_first_time_appears_without_a_reload()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url.ToString());
        await Expect(window["#connection"]).ToHaveTextAsync("live");

        lock (canned.Books) canned.Books.Add(CannedGateway.Device("brand-new", 5));

        await Expect(window.Row("#fleet", "brand-new").Locator("a")).ToHaveAttributeAsync("href", "/devices/brand-new");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_focus_stays_where_it_is_when_the_fleet_is_sent_again()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var cut = false;
        await window.Page.RouteAsync("**/api/v1/live**", route => cut ? route.AbortAsync() : route.ContinueAsync());
        await window.Page.GotoAsync(gateway.Url.ToString());
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        cut = true;
        await window["#filter"].FillAsync("cold"); // opens the stream again, and is cut
        await Expect(window["#connection"]).ToHaveTextAsync("connection lost");

        var link = window.Row("#fleet", "cold-store-2").Locator("a");
        await link.FocusAsync();
        lock (canned.Books) canned.Books.Add(CannedGateway.Device("cold-arrival", 5));
        cut = false;

        await Expect(window.Row("#fleet", "cold-arrival")).ToBeVisibleAsync();
        await Expect(window["#fleet tr"]).ToHaveCountAsync(3);
        await Expect(link).ToBeFocusedAsync();
    }

    [Fact]
    public async Task An_empty_gateway_says_how_to_begin()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());

        await Expect(window["#fleet-empty"]).ToContainTextAsync("mosquitto_pub -p 1883");
        await Expect(window["#attention-none"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("empty");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Trouble_is_plain_to_see_an_open_circuit_a_full_journal_books_that_do_not_balance()
    {
        var canned = SmallFleet.Make();
        canned.Sinks[1] = new("Influx", CircuitState.Open, "InfluxDB at 10.0.0.5:8086 does not answer; 48,200 readings wait in the spool.", 10, 48_200, 0);
        canned.Journal = canned.Journal with { Bytes = 10L << 30, IsFull = true };
        canned.Books[0] = canned.Books[0] with { Accepted = canned.Books[0].Accepted - 1 };
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());

        await Expect(window["#sink-Influx .pill"]).ToHaveTextAsync("circuit open");
        await Expect(window["#sink-Influx .detail"]).ToContainTextAsync("wait in the spool");
        await Expect(window["#journal"]).ToContainTextAsync("nothing is acknowledged");
        await Expect(window["#books li.off .mark"].First).ToHaveTextAsync("✗");
        await Expect(window["#attention li"].First).ToContainTextAsync("troubleInflux: InfluxDB at 10.0.0.5:8086 does not answer");
        await Expect(window["#attention li"].Nth(1)).ToContainTextAsync("The books of cold-store-1 do not balance.");
        await Expect(window["#attention a[href='/devices/roof-weather']"]).ToHaveTextAsync("Not heard for five minutes, and no good-bye said: roof-weather.");
        await window.ScreenshotAsync("trouble");
    }

    [Fact]
    public async Task A_lost_connection_is_shown_and_found_again()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var cut = false;
        await window.Page.RouteAsync("**/api/v1/live**", route => cut ? route.AbortAsync() : route.ContinueAsync());
        await window.Page.GotoAsync(gateway.Url.ToString());
        await Expect(window["#connection"]).ToHaveTextAsync("live");

        cut = true;
        await window["#filter"].FillAsync("cold"); // opens the stream again, and is cut
        await Expect(window["#connection"]).ToHaveTextAsync("connection lost");
        await Expect(window["#stale"]).ToContainTextAsync("trying again");
        await window.ScreenshotAsync("connection-lost");
        cut = false;

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#stale"]).ToBeHiddenAsync();
        await Expect(window["#fleet tr"]).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task With_a_key_a_person_signs_in_and_out()
    {
        const string Key = "a-key-of-some-length";
        var canned = SmallFleet.Make();
        canned.Http = new() { ApiKey = Key };
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());
        await window["#key"].FillAsync("not the key");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is not a key");
        await window.ScreenshotAsync("sign-in");
        await window["#key"].FillAsync(Key);
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(window["#key"]).ToBeVisibleAsync();
    }
}
