using System.Text.RegularExpressions;
using Iot.Gateway.Delivery;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The explore page with nothing, with too much, and with a store that does not answer.</summary>
public class ExploreStatesTests(Chromium chromium)
{
    private const string Temperature = "cold-store-2/climate/temperature/";

    [Fact]
    public async Task An_empty_gateway_says_what_to_do_and_shows_the_first_series_by_itself()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "explore");
        await Expect(window["#found"]).ToContainTextAsync("Nothing is stored yet. The overview shows how to publish a first reading");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await window.PictureAsync("explore-empty");

        gateway.Store!.Series.Add(new(DeviceId.Parse("pump-7"), "telemetry", "temp", "", ReadingKind.Float, "Cel", 1));
        lock (gateway.Books) gateway.Books.Add(CannedGateway.Device("pump-7", 10));

        await Expect(window["#results li"]).ToHaveCountAsync(1);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_newer_question_takes_the_older_one_back()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var held = new TaskCompletionSource<IRoute>();
        var gaveUp = new TaskCompletionSource<IRequest>();
        window.Page.RequestFailed += (_, request) => _ = request.Url.Contains("/readings?", StringComparison.Ordinal) && gaveUp.TrySetResult(request);
        await window.Page.RouteAsync("**/api/v1/readings?*", route => held.TrySetResult(route) ? Task.CompletedTask : route.ContinueAsync());
        await window.Page.GotoAsync($"{gateway.Url}explore?series={Temperature}&range=24h");
        var first = await held.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Expect(window["#busy"]).ToHaveTextAsync("Loading …");

        await window["#ranges label"].Filter(new() { HasText = "6 h" }).ClickAsync();

        Assert.Equal(first.Request, await gaveUp.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        await window.ShownAsync();
        await Expect(window["#figures tr"]).ToHaveCountAsync(1);
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
        await window.PictureAsync("explore-503");
        gateway.Store.FailsAt = null;
        await window["#retry"].ClickAsync();
        await window.ShownAsync();
        await window["#picker summary"].ClickAsync();
        await window["#search-again"].ClickAsync();
        await Expect(window["#results li"]).ToHaveCountAsync(SmallFleet.Series);
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
        await window.PictureAsync("explore-501");
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
        await window.PictureAsync("explore-5000");
        for (var i = 1; i < 12; i++) await window["#results input"].Nth(i).CheckAsync();
        await Expect(window["#chips li"]).ToHaveCountAsync(12);
        await Expect(window["#results input"].Nth(12)).ToBeDisabledAsync();
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", "12");
        Assert.Empty(window.Errors);
    }
}
