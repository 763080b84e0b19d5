using System.Globalization;
using System.Text.RegularExpressions;
using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Dashboard;
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
        await Expect(window["#results li"]).ToHaveCountAsync(4);
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
        await PictureAsync(window, name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Zooming_by_pointer_buttons_and_keys_asks_again_and_goes_back()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await OpenAsync(window, gateway, $"series={Temperature}&range=6h");
        var whole = LastAsked(gateway);

        await DragAsync(window, 0.25f, 0.5f);
        await window.Page.WaitForURLAsync(url => url.Contains("zoom=", StringComparison.Ordinal));
        await ShownAsync(window);
        var dragged = LastAsked(gateway);
        await window["[data-zoom=left]"].ClickAsync();
        await ShownAsync(window);
        var left = LastAsked(gateway);
        await window["#chart"].FocusAsync();
        await window.Page.Keyboard.PressAsync("+");
        await ShownAsync(window);
        var closer = LastAsked(gateway);
        await PictureAsync(window, "explore-zoomed");
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
        await OpenAsync(window, gateway, $"series={Temperature}");
        await window["#picker summary"].ClickAsync();
        await window["#results label"].Filter(new() { HasText = "draw" }).ClickAsync();
        await window["#ranges label"].Filter(new() { HasText = "6 h" }).ClickAsync();
        await window["#every"].SelectOptionAsync("5m");
        await window["#aggregate"].SelectOptionAsync("max");
        await window["#compare"].SelectOptionAsync("before");
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "4");
        await DragAsync(window, 0.3f, 0.8f);
        await window.Page.WaitForURLAsync(url => url.Contains("zoom=", StringComparison.Ordinal));
        await ShownAsync(window);
        await Expect(window["#figures tr"]).ToHaveCountAsync(4);
        await Expect(window["#notes"]).ToContainTextAsync("Dashed: the period before");
        await PictureAsync(window, "explore-compared");

        await using var colleague = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await colleague.Page.GotoAsync(window.Page.Url);
        await Expect(colleague["#chart"]).ToHaveAttributeAsync("data-curves", "4");
        await Expect(colleague["#figures tr"]).ToHaveCountAsync(4);

        foreach (var part in new[] { "#shown", "#chips", "#figures", "#notes", "#query" })
            Assert.Equal(await TextAsync(window, part), await TextAsync(colleague, part));
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
        await ShownAsync(window);
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
        await OpenAsync(window, gateway, $"series={Temperature}&series=press-line-1/press/running/&range=24h");
        var before = await PointsAsync(window);

        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        gateway.Measure("cold-store-2", new("climate", "temperature", "", ReadingKind.Float, "Cel", now, 4.0625));
        gateway.Measure("press-line-1", new("press", "running", "", ReadingKind.Boolean, null, now, true));

        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", (before + 2).ToString(CultureInfo.InvariantCulture));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task An_empty_gateway_says_what_to_do_and_shows_the_first_series_by_itself()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "explore");
        await Expect(window["#found"]).ToContainTextAsync("Nothing is stored yet. The overview shows how to publish a first reading");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await PictureAsync(window, "explore-empty");

        gateway.Store!.Series.Add(new(DeviceId.Parse("pump-7"), "telemetry", "temp", "", ReadingKind.Float, "Cel", 1));
        lock (gateway.Books) gateway.Books.Add(CannedGateway.Device("pump-7", 10));

        await Expect(window["#results li"]).ToHaveCountAsync(1);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_again_when_it_is_back()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        gateway.Store!.FailsAt = (0, new IOException("InfluxDB at http://influx:8086/ does not answer: connection refused. The readings are safe in the spool."));
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync($"{gateway.Url}explore?series={Temperature}");

        await Expect(window["#chart-text"]).ToContainTextAsync("This cannot be shown: InfluxDB at http://influx:8086/ does not answer");
        await Expect(window["#found"]).ToContainTextAsync("Series cannot be listed");
        await PictureAsync(window, "explore-503");
        gateway.Store.FailsAt = null;
        await window["#retry"].ClickAsync();
        await ShownAsync(window);
        await window["#picker summary"].ClickAsync();
        await window["#search-again"].ClickAsync();
        await Expect(window["#results li"]).ToHaveCountAsync(4);
        Assert.All(window.Errors, error => Assert.Contains("503", error, StringComparison.Ordinal)); // the browser itself notes failed requests
    }

    [Fact]
    public async Task Without_a_sink_that_can_be_asked_it_says_what_to_configure()
    {
        var canned = new CannedGateway { Store = null };
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync($"{gateway.Url}explore?series={Temperature}");

        await Expect(window["#chart-text"]).ToContainTextAsync("add Embedded to Sinks, or Influx");
        await Expect(window["#found"]).ToContainTextAsync("add Embedded to Sinks, or Influx");
        await Expect(window["#retry"]).ToBeHiddenAsync();
        await PictureAsync(window, "explore-501");
    }

    [Fact]
    public async Task Five_thousand_series_stay_usable_and_what_is_left_out_is_said()
    {
        var canned = new CannedGateway();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var i = 0; i < 5_000; i++)
        {
            var device = DeviceId.Parse($"meter-{i:D4}");
            canned.Store!.Series.Add(new(device, "power", "draw", "", ReadingKind.Float, "W", now * 1_000_000_000));
            if (i < 20) canned.Store.Readings.AddRange(Enumerable.Range(1, 60).Select(back => new StoredReading((now - (60 * back)) * 1_000_000_000, device, "power", "draw", "", 100.0 + i + (back % 7))));
        }

        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "explore");
        await Expect(window["#found"]).ToHaveTextAsync("The first 100 of 5,000 series; search to find others.");
        await window["#search"].FillAsync("4711");
        await Expect(window["#results li"]).ToHaveCountAsync(1);
        await Expect(window["#results li"]).ToContainTextAsync("meter-4711 · power/draw");

        await window["#search"].FillAsync("draw");
        await window["#results label"].Filter(new() { HasText = "all devices" }).ClickAsync();

        await Expect(window["#chips li"]).ToHaveTextAsync([new Regex("all devices · power/draw.*12 of 5,?000", RegexOptions.None, TimeSpan.FromSeconds(1))]);
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "12");
        await Expect(window["#notes"]).ToContainTextAsync("12 of 5,000 series of power/draw are drawn; files and queries hold all.");
        await Expect(window["#figures tr"]).ToHaveCountAsync(12);
        Assert.DoesNotContain("device=", await window["#files a"].First.GetAttributeAsync("href"), StringComparison.Ordinal);
        await PictureAsync(window, "explore-5000");
        Assert.Empty(window.Errors);
    }

    private static async Task OpenAsync(Window window, CannedGateway gateway, string query)
    {
        await window.Page.GotoAsync($"{gateway.Url}explore?{query}");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await ShownAsync(window);
    }

    /// <summary>Curves and figures stand, and nothing is under way.</summary>
    private static async Task ShownAsync(Window window)
    {
        await Expect(window["#busy"]).ToHaveTextAsync("");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart-note"]).ToBeHiddenAsync();
    }

    private static async Task DragAsync(Window window, float from, float to)
    {
        await window["#chart"].ScrollIntoViewIfNeededAsync();
        var box = (await window["#chart"].BoundingBoxAsync())!;
        await window.Page.Mouse.MoveAsync(box.X + (box.Width * from), box.Y + (box.Height / 2));
        await window.Page.Mouse.DownAsync();
        await window.Page.Mouse.MoveAsync(box.X + (box.Width * to), box.Y + (box.Height / 2), new() { Steps = 4 });
        await window.Page.Mouse.UpAsync();
    }

    private static ReadingQuery LastAsked(CannedGateway gateway)
    {
        lock (gateway.Store!.Asked) return gateway.Store.Asked.Last(query => query.Points is not null);
    }

    private static async Task<int> PointsAsync(Window window) => int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    private static async Task PictureAsync(Window window, string name)
    {
        await window.Page.EvaluateAsync("scrollTo(0, 0)");
        await window.ScreenshotAsync(name);
    }

    private static Task<string> TextAsync(Window window, string selector) => window.Page.EvalOnSelectorAsync<string>(selector, "one => one.value ?? one.innerText");
}
