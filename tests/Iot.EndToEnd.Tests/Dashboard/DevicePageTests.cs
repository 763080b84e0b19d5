using System.Globalization;
using System.Text.RegularExpressions;
using Iot.Gateway.Dashboard.Live;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of one device in a real browser, over figures that the test sets.</summary>
public class DevicePageTests(Chromium chromium)
{
    private static readonly TimeSpan Instant = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("device-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("device-desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("device-phone-light", 390, 844, ColorScheme.Light)]
    [InlineData("device-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task It_shows_values_and_history_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        gateway.Register("cold-store-2");
        await using var window = await chromium.OpenAsync(width, height, colours);

        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#values tr"]).ToHaveCountAsync(3);
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", new Regex("[1-9][0-9]+", RegexOptions.None, Instant));
        await Expect(window["#chart-note"]).ToBeHiddenAsync();
        await Expect(window["#facts"]).ToContainTextAsync("iot-edge-agent 1.2.0");
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        await window["#ranges label"].Filter(new() { HasText = "24 h" }).ClickAsync();
        await window["#values tr"].Filter(new() { HasText = "temperature" }).Locator("input").CheckAsync();
        await window["#values tr"].Filter(new() { HasText = "draw" }).Locator("input").CheckAsync();
        await Expect(window["#legend li"]).ToHaveCountAsync(3);
        await Expect(window["#chart"]).ToHaveAttributeAsync("aria-label", new Regex("humidity, temperature, draw of cold-store-2", RegexOptions.None, Instant));
        await window.IsNoWiderThanItsScreenAsync();
        await window.ScreenshotAsync(name + "-24h");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task What_is_seen_is_seen_in_Explore_too()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2?range=24h");
        await window["#values tr"].Filter(new() { HasText = "draw" }).Locator("input").CheckAsync();
        await Expect(window["#legend li"]).ToHaveCountAsync(2);

        await window["#explore"].ClickAsync();

        await Expect(window["#chips li"]).ToHaveTextAsync([new Regex("climate/humidity", RegexOptions.None, Instant), new Regex("power/draw", RegexOptions.None, Instant)]);
        await Expect(window["#ranges input:checked"]).ToHaveValueAsync("24h");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task It_says_so_while_more_comes_than_is_shown_live()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#values-skipped"]).ToBeHiddenAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                gateway.Get<WatchedDevices>().Skip();
                return await window["#values-skipped"].IsVisibleAsync();
            },
            "it says so when it goes on");
        await Expect(window["#values-skipped"]).ToHaveTextAsync("More comes than is shown live; the newest of each moment are shown.");
        await Expect(window["#values-skipped"]).ToBeHiddenAsync(); // some seconds after the last
        Assert.Empty(window.Errors);
    }

    /// <summary>The store gives no more points than the chart has pixels, and none of its values is another's mean.</summary>
    [Fact]
    public async Task No_more_is_drawn_than_there_are_pixels()
    {
        var canned = SmallFleet.Make();
        await using var gateway = await canned.StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2?range=24h");

        await Expect(window["#chart-summary"]).ToContainTextAsync("points");
        var wide = await window.Page.EvaluateAsync<int>("document.getElementById('chart').clientWidth");
        Assert.InRange(await PointsAsync(window), 200, wide);
        lock (canned.Store!.Asked) Assert.All(canned.Store.Asked.Where(query => query.Every is null), query => Assert.InRange(query.Points!.Value, 100, wide));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task New_values_appear_without_a_reload()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await window.Page.EvaluateAsync("window.notReloaded = true");

        gateway.Measure("cold-store-2", Now("humidity", 87.125));

        await Expect(window.Row("#values", "humidity").Locator(".value")).ToHaveTextAsync("87.125");
        await Expect(window["#chart-summary"]).ToContainTextAsync("last 87.125");
        Assert.True(await window.Page.EvaluateAsync<bool>("window.notReloaded"));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_keyboard_alone_chooses_series_and_range_and_reads_values()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/press-line-1");

        await window.Row("#values", "running").Locator("a").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#legend"]).ToContainTextAsync("press/running");
        await window["#ranges input:checked"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(window["#ranges input:checked"]).ToHaveValueAsync("6h");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await window["#reading"].FocusAsync();
        await window.Page.Keyboard.PressAsync("Home");
        await Expect(window["#readout"]).ToContainTextAsync("running");
        await Expect(window["#reading"]).ToHaveAttributeAsync("aria-valuetext", new Regex("UTC, running [01tf]", RegexOptions.None, Instant));

        await window.ScreenshotAsync("boolean-6h");
        Assert.Contains("range=6h", window.Page.Url, StringComparison.Ordinal);
        Assert.Contains("series=press", window.Page.Url, StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_stretch_that_is_dragged_over_is_zoomed_into_and_the_address_leads_there_again()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2?range=24h");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart-summary"]).ToContainTextAsync("points");
        var whole = await window["#chart-summary"].TextContentAsync();
        await window["#chart-frame"].ScrollIntoViewIfNeededAsync();
        var box = (await window["#chart"].BoundingBoxAsync())!;

        await window.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 100);
        await window.Page.Mouse.DownAsync();
        await window.Page.Mouse.MoveAsync(box.X + (box.Width / 2) + 100, box.Y + 120, new() { Steps = 4 });
        await window.ScreenshotAsync("device-dragging");
        await window.Page.Mouse.UpAsync();

        await Expect(window["#ranges input:checked"]).ToHaveValueAsync("custom");
        var zoomed = new Uri(window.Page.Url);
        var asked = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(zoomed.Query);
        var seconds = double.Parse(asked["to"]!, CultureInfo.InvariantCulture) - double.Parse(asked["from"]!, CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 86400 * 100 / box.Width * 0.95, 86400 * 100 / box.Width * 1.15);
        await using var again = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await again.Page.GotoAsync(zoomed.ToString());
        await Expect(again["#chart-summary"]).ToContainTextAsync("points");
        var shown = await again["#chart-summary"].TextContentAsync();
        Assert.NotEqual(whole, shown);
        await Expect(window["#chart-summary"]).ToHaveTextAsync(shown!);
        await window["#wider"].ClickAsync();
        await window.Page.GoBackAsync();
        await Expect(window["#chart-summary"]).ToHaveTextAsync(shown!);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_ledger_of_a_device_says_what_is_missing_and_shows_it_on_the_axis()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 1400, ColorScheme.Light);

        var untold = new TaskCompletionSource();
        await window.Page.RouteAsync("**/api/v1/live?*", async route =>
        {
            await untold.Task;
            await route.ContinueAsync();
        });
        await window.Page.GotoAsync(gateway.Url + "devices/compressor-hall-a?range=24h");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#gap-band"]).ToHaveClassAsync("band unproved"); // nobody has told yet what is missing
        await Expect(window["#gap-note"]).ToHaveTextAsync("");
        untold.SetResult();

        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("1 held by the device, 17 given up");
        await Expect(window["#ledger-epochs td"].Nth(1)).ToHaveTextAsync("40,212");
        await Expect(window["#ledger-gaps li"]).ToHaveTextAsync(
            [
                new Regex("^Batches 4,001 to 4,017 of 000000000000feed given up by the device between .* and .*Show$", RegexOptions.None, Instant),
                new Regex("^Batch 5,000 of 000000000000feed held by the device, still to come between .* and .*Show$", RegexOptions.None, Instant),
            ]);
        await Expect(window["#gap-band .gap"]).ToHaveCountAsync(2);
        await Expect(window["#gap-note"]).ToHaveTextAsync("1 batch held by the device, to come17 batches given up by the device");
        await Expect(window[".trouble[data-kind=given_up]"]).ToContainTextAsync("17 batches will not come any more");
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("ledger");
        await window["#ledger-gaps button"].First.ClickAsync();
        await Expect(window["#gap-band .gap"]).ToHaveCountAsync(1);
        await Expect(window["#gap-band .gap"]).ToHaveAttributeAsync("data-gap", "given");
        await window.Page.GotoAsync(gateway.Url + "devices/press-line-1");
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("nothing is missing");
        await Expect(window["#gap-note"]).ToHaveTextAsync("No batch is missing in this range.");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task What_a_device_calls_its_values_is_shown_as_text()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");
        await Expect(window["#connection"]).ToHaveTextAsync("live");

        gateway.Measure("cold-store-2", Now("<img src=x onerror=\"document.title='owned'\">", 1));

        await Expect(window["#values"]).ToContainTextAsync("<img src=x onerror=");
        await window.Row("#values", "<img").Locator("a").ClickAsync();
        await Expect(window["#legend"]).ToContainTextAsync("<img src=x");
        await Expect(window["main img"]).ToHaveCountAsync(0);
        Assert.DoesNotContain("owned", await window.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    private static async Task<int> PointsAsync(Window window) =>
        int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    private static LiveValue Now(string field, double value) => new(
        "climate", field, "", ReadingKind.Float, "%RH", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, value);
}
