using System.Text.RegularExpressions;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The overview page in a real browser, over figures that the test sets.</summary>
public class OverviewPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData("desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("phone-light", 390, 844, ColorScheme.Light)]
    [InlineData("phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task It_shows_fleet_values_chart_and_books_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);

        await window.Page.GotoAsync(gateway.Url + "?device=cold-store-2");

        await Expect(window["#fleet tr"]).ToHaveCountAsync(SmallFleet.Devices);
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#values tr"]).ToHaveCountAsync(3);
        await Expect(window["#books .mark"]).ToHaveTextAsync(["✓", "✓", "✓"]);
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", new Regex("[1-9][0-9]+", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(window["#chart-note"]).ToBeHiddenAsync();
        Assert.True(await window.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");
        await window.ScreenshotAsync(name);
        await window["#ranges label"].Filter(new() { HasText = "24 h" }).ClickAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("aria-label", new Regex("28[89] points", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await window.ScreenshotAsync(name + "-24h");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task New_values_and_figures_appear_without_a_reload()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "?device=cold-store-2");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        var before = int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, System.Globalization.CultureInfo.InvariantCulture);
        await window.Page.EvaluateAsync("window.notReloaded = true");

        gateway.Measure("cold-store-2", Now("humidity", 87.125));
        lock (gateway.Books) gateway.Books.Add(CannedGateway.Device("brand-new", 5));

        await Expect(window.Row("#values", "humidity").Locator(".value")).ToHaveTextAsync("87.125");
        await Expect(window.Row("#fleet", "brand-new")).ToBeVisibleAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-points", (before + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(await window.Page.EvaluateAsync<bool>("window.notReloaded"));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_keyboard_alone_chooses_device_series_and_range()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url.ToString());

        await window.Row("#fleet", "press-line-1").Locator("a").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#values-device"]).ToHaveTextAsync("press-line-1");
        await window.Row("#values", "running").Locator("a").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#chart-series"]).ToHaveTextAsync("press-line-1 · press/running");
        await window["#ranges input:checked"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");

        await Expect(window["#ranges input:checked"]).ToHaveValueAsync("6h");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("boolean-6h");
        Assert.Contains("range=6h", window.Page.Url, StringComparison.Ordinal);
        Assert.Contains("device=press-line-1", window.Page.Url, StringComparison.Ordinal);
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
    public async Task The_ledger_of_a_device_says_what_is_missing_and_what_it_gave_up()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 1400, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "?device=compressor-hall-a");

        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("1 missing, 17 given up");
        await Expect(window["#ledger-epochs td"].Nth(1)).ToHaveTextAsync("40,212");
        await Expect(window["#ledger-gaps li"]).ToHaveTextAsync(
            ["Batches 4,001 to 4,017 of 000000000000feed given up by the device", "Batch 5,000 of 000000000000feed held by the device, still to come"]);
        await window.ScreenshotAsync("ledger");
        await window.Row("#fleet", "press-line-1").Locator("a").ClickAsync();
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("nothing is missing");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task An_empty_gateway_says_how_to_begin()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url.ToString());

        await Expect(window["#fleet-empty"]).ToContainTextAsync("mosquitto_pub -p 1883");
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

    [Fact]
    public async Task What_a_device_calls_its_values_is_shown_as_text()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "?device=cold-store-2");
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
