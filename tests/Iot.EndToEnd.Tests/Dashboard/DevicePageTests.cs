using System.Text.RegularExpressions;
using Iot.Gateway.Dashboard.Live;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of one device in a real browser, over figures that the test sets.</summary>
public class DevicePageTests(Chromium chromium)
{
    [Theory]
    [InlineData("device-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("device-desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("device-phone-light", 390, 844, ColorScheme.Light)]
    [InlineData("device-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task It_shows_values_and_history_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);

        await window.Page.GotoAsync(gateway.Url + "devices/cold-store-2");

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#values tr"]).ToHaveCountAsync(3);
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", new Regex("[1-9][0-9]+", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(window["#chart-note"]).ToBeHiddenAsync();
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        await window["#ranges label"].Filter(new() { HasText = "24 h" }).ClickAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("aria-label", new Regex("28[89] points", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await window.ScreenshotAsync(name + "-24h");
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
        var before = int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, System.Globalization.CultureInfo.InvariantCulture);
        await window.Page.EvaluateAsync("window.notReloaded = true");

        gateway.Measure("cold-store-2", Now("humidity", 87.125));

        await Expect(window.Row("#values", "humidity").Locator(".value")).ToHaveTextAsync("87.125");
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", (before + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(await window.Page.EvaluateAsync<bool>("window.notReloaded"));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_keyboard_alone_chooses_series_and_range()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "devices/press-line-1");

        await window.Row("#values", "running").Locator("a").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#chart-series"]).ToHaveTextAsync("press-line-1 · press/running");
        await window["#ranges input:checked"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");

        await Expect(window["#ranges input:checked"]).ToHaveValueAsync("6h");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("boolean-6h");
        Assert.Contains("range=6h", window.Page.Url, StringComparison.Ordinal);
        Assert.Contains("series=press", window.Page.Url, StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_ledger_of_a_device_says_what_is_missing_and_what_it_gave_up()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 1400, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "devices/compressor-hall-a");

        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("1 missing, 17 given up");
        await Expect(window["#ledger-epochs td"].Nth(1)).ToHaveTextAsync("40,212");
        await Expect(window["#ledger-gaps li"]).ToHaveTextAsync(
            ["Batches 4,001 to 4,017 of 000000000000feed given up by the device", "Batch 5,000 of 000000000000feed held by the device, still to come"]);
        await window.ScreenshotAsync("ledger");
        await window.Page.GotoAsync(gateway.Url + "devices/press-line-1");
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("nothing is missing");
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
        await Expect(window["#values img"]).ToHaveCountAsync(0);
        Assert.DoesNotContain("owned", await window.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Errors);
    }

    private static LiveValue Now(string field, double value) => new(
        "climate", field, "", ReadingKind.Float, "%RH", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000, value);
}
