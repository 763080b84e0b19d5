using System.Globalization;
using System.Text;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Dashboard;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The explore page in a real browser, over figures that the test sets.</summary>
public class ExplorePageTests(Chromium chromium)
{
    private const string Temperature = "cold-store-2/climate/temperature/";
    private const string Humidity = "cold-store-2/climate/humidity/";

    [Theory]
    [InlineData("explore-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("explore-desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("explore-phone-light", 390, 844, ColorScheme.Light)]
    [InlineData("explore-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task Two_series_are_picked_and_both_are_seen_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync(gateway.Url + "explore");
        await Expect(window["#results li"]).ToHaveCountAsync(SmallFleet.Series);
        await window.ScreenshotAsync(name + "-nothing-chosen");

        await window["#search"].FillAsync("climate cold-store");
        await Expect(window["#results li"]).ToHaveCountAsync(2);
        await window["#results input"].Nth(0).CheckAsync();
        await window["#results input"].Nth(1).CheckAsync();

        await Expect(window["#chips li"]).ToHaveCountAsync(2);
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "2");
        await Expect(window["#figures tr"]).ToHaveCountAsync(2);
        await window["#picker summary"].ClickAsync();
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.Page.EvaluateAsync("scrollTo(0, 0)");
        await window["#chart"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(window["#hover li"]).ToHaveCountAsync(2);
        await window.PictureAsync(name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Zooming_by_pointer_buttons_and_keys_asks_again_and_goes_back()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.OpenAsync(gateway, $"series={Temperature}&range=6h");
        var whole = LastAsked(gateway);

        await window.DragAsync(0.25f, 0.5f);
        await window.ZoomedAsync();
        await window.ShownAsync();
        var dragged = LastAsked(gateway);
        await window["[data-zoom=left]"].ClickAsync();
        await window.ShownAsync();
        var left = LastAsked(gateway);
        await window["#chart"].FocusAsync();
        await window.Page.Keyboard.PressAsync("+");
        await window.ShownAsync();
        var closer = LastAsked(gateway);
        await window.PictureAsync("explore-zoomed");
        for (var i = 0; i < 3; i++) await window["[data-zoom=back]"].ClickAsync();

        Assert.InRange((dragged.ToNs - dragged.FromNs) / (double)(whole.ToNs - whole.FromNs), 0.2, 0.3);
        Assert.Equal(dragged.ToNs - dragged.FromNs, left.ToNs - left.FromNs);
        Assert.True(left.FromNs < dragged.FromNs);
        Assert.InRange((closer.ToNs - closer.FromNs) / (double)(left.ToNs - left.FromNs), 0.49, 0.51);
        Assert.Equal(whole.Points, closer.Points); // the same number of points for less time: finer
        await Expect(window["[data-zoom=back]"]).ToBeDisabledAsync();
        Assert.DoesNotContain("zoom=", window.Page.Url, StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_link_shows_a_colleague_the_same()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.OpenAsync(gateway, $"series={Temperature}");
        await window["#picker summary"].ClickAsync();
        await window["#results label"].Filter(new() { HasText = "draw" }).ClickAsync();
        await window["#ranges label"].Filter(new() { HasText = "6 h" }).ClickAsync();
        await window["#every"].SelectOptionAsync("5m");
        await window["#aggregate"].SelectOptionAsync("max");
        await window["#compare"].SelectOptionAsync("before");
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "4");
        await window.DragAsync(0.3f, 0.8f);
        await window.ZoomedAsync();
        await window.ShownAsync();
        await Expect(window["#figures tr"]).ToHaveCountAsync(4);
        await Expect(window["#notes"]).ToContainTextAsync("Dashed: the period before");
        await window.PictureAsync("explore-compared");

        await using var colleague = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await colleague.Page.GotoAsync(window.Page.Url);
        await Expect(colleague["#chart"]).ToHaveAttributeAsync("data-curves", "4");
        await Expect(colleague["#figures tr"]).ToHaveCountAsync(4);

        foreach (var part in new[] { "#shown", "#chips", "#figures", "#notes", "#query" })
            Assert.Equal(await window.TextAsync(part), await colleague.TextAsync(part));
        foreach (var control in new[] { "#every", "#aggregate", "#compare" })
            Assert.Equal(await window[control].InputValueAsync(), await colleague[control].InputValueAsync());
        Assert.Equal(await window["#chart"].GetAttributeAsync("data-points"), await colleague["#chart"].GetAttributeAsync("data-points"));
        Assert.Equal(window.Page.Url, colleague.Page.Url);
        Assert.Empty(window.Errors);
        Assert.Empty(colleague.Errors);
    }

    [Fact]
    public async Task The_keyboard_alone_finds_adds_reads_and_removes()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "explore");

        await window["#search"].FocusAsync();
        await window.Page.Keyboard.TypeAsync("humid");
        await Expect(window["#results li"]).ToHaveCountAsync(1);
        await window.Page.Keyboard.PressAsync("ArrowDown");
        await window.Page.Keyboard.PressAsync("Space");
        await window.ShownAsync();
        await window["#chart"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowLeft");

        var newest = gateway.Store!.Readings.Last(row => row.Field.Equals("humidity", StringComparison.Ordinal));
        await Expect(window["#hover strong"]).ToHaveTextAsync($"{((double)newest.Value).ToString(CultureInfo.InvariantCulture)} % RH");
        await Expect(window["#hover-said"]).ToContainTextAsync("% RH");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Remove cold-store-2 · climate/humidity" }).PressAsync("Enter");
        await Expect(window["#chips li"]).ToHaveCountAsync(0);
        await Expect(window["#search"]).ToBeFocusedAsync();
        await Expect(window["#chart-text"]).ToContainTextAsync("Choose series above");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task New_values_continue_a_range_that_moves_with_the_clock()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.OpenAsync(gateway, $"series={Temperature}&series=press-line-1/press/running/&range=7d"); // the fleet has a day: nothing leaves on the left
        var before = await window.PointsAsync();
        foreach (var device in new[] { "cold-store-2", "press-line-1" })
            await Eventually.TrueAsync(() => gateway.Get<WatchedDevices>().Find(Encoding.ASCII.GetBytes(device)) is not null, "the page listens to it");

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        gateway.Measure("cold-store-2", new("climate", "temperature", "", ReadingKind.Float, "Cel", now, 4.0625));
        gateway.Measure("press-line-1", new("press", "running", "", ReadingKind.Boolean, null, now, true));

        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", (before + 2).ToString(CultureInfo.InvariantCulture));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Three_units_have_an_axis_each_and_the_fourth_is_named()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.OpenAsync(gateway, $"series={Temperature}&series={Humidity}&series=cold-store-2/power/draw/&series=press-line-1/press/running/&series=gone/a/b/&series=a%25&range=6h");

        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "3");
        await Expect(window["#notes"]).ToContainTextAsync("Three units have room beside a chart. Not drawn: true or false.");
        await Expect(window["#notes"]).ToContainTextAsync("Not stored: gone · a/b.");
        await Expect(window["#notes"]).ToContainTextAsync("One series in the address cannot be read and is left out.");
        await Expect(window["#figures tr"]).ToHaveCountAsync(4);
        await window.PictureAsync("explore-units");
        Assert.Empty(window.Errors);
    }

    private static ReadingQuery LastAsked(CannedGateway gateway)
    {
        lock (gateway.Store!.Asked) return gateway.Store.Asked.Last(query => query.Points is not null);
    }
}
