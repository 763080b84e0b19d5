using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Tests.Dashboard;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of sinks: what each is owed and what keeps it, and a range sent again.</summary>
public sealed class SinksPageTests(Chromium chromium)
{
    private const string Script = "<img src=x onerror=\"document.title='owned'\">";

    [Theory]
    [InlineData("sinks-desktop-light", 1440, 900, ColorScheme.Light)]
    [InlineData("sinks-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task Each_sink_says_what_it_is_owed_since_when_and_why(string name, int width, int height, ColorScheme colours)
    {
        var gateway = Troubled();
        await using var running = await gateway.StartAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync(gateway.Url + "sinks");

        var influx = window[".sink[data-sink=Influx]"];
        await Expect(influx.Locator(".pill")).ToHaveTextAsync("circuit open");
        await Expect(influx.Locator("h2 time")).ToHaveTextAsync("2 h ago");
        await Expect(influx.Locator(".problem")).ToContainTextAsync(Script);
        await Expect(influx.Locator(".figures")).ToContainTextAsync("88,402");
        await Expect(influx.Locator(".figures time")).ToHaveTextAsync("2 h ago");
        await Expect(influx.Locator("summary")).ToHaveTextAsync("Failures since the start: no answer 120, overloaded 3");
        await influx.Locator("summary").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(influx.Locator("details li").First).ToContainTextAsync(Script);
        await Expect(window["#store"]).ToContainTextAsync("about 26,000,000 readings of 812 series");
        await Expect(window["#spool"]).ToContainTextAsync("3 d ago");
        await Expect(window["#replays progress"]).ToHaveAttributeAsync("value", "0.25");
        await Expect(window["#replays"]).ToContainTextAsync("250 of 1,000 messages sent, 2,500 readings.");

        gateway.Replays[0] = gateway.Replays[0] with { State = "done", Sent = gateway.Replays[0].Range };
        gateway.Sinks[1] = gateway.Sinks[1] with { Circuit = CircuitState.Closed, Problem = null, Pending = 0 };
        await Expect(window["#replays .pill"]).ToHaveTextAsync("done");
        await Expect(influx.Locator(".pill")).ToHaveTextAsync("circuit closed");
        await Expect(influx.Locator("details li").First).ToBeVisibleAsync();
        gateway.BackupBytes = 124 << 20;
        await Expect(window["#backup-state"]).ToContainTextAsync("124 MiB sent");
        gateway.BackupBytes = null;
        await Expect(window["#backup-state"]).ToContainTextAsync("Everything the gateway keeps");
        Assert.Equal(0, await window["main img"].CountAsync());
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        gateway.Sinks[1] = Troubled().Sinks[1];
        await Expect(influx.Locator(".pill")).ToHaveTextAsync("circuit open");
        await window.ScreenshotAsync(name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_range_is_counted_and_sent_again_and_a_backup_comes_down()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-q", "1", "-t", "v1/devices/pump-7/telemetry", "-m", $$"""[{"n":"temperature","v":{{i}}},{"n":"humidity","v":5}]"""]);
            Assert.True(exitCode == 0, output);
        }

        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Dark);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}sinks?to={DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}");
        await Expect(window[".sink .figures"]).ToContainTextAsync("0");
        await Expect(window[".sink"]).ToContainTextAsync("6 readings");
        await Expect(window["#replay select"]).ToHaveValueAsync("Embedded");
        await window["#replay-count"].ClickAsync();
        await Expect(window["#replays"]).ToContainTextAsync("6 readings in 3 messages would be sent.");
        await window["#replay input[name=device]"].FillAsync("pump-7");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#replays"]).ToContainTextAsync("pump-7 only");
        await window["#replay-send"].ClickAsync();
        await Expect(window["#replays"]).ToContainTextAsync("3 of 3 messages sent, 6 readings.");
        await Expect(window["#replays .pill"]).ToHaveTextAsync("done");
        Assert.Contains("device=pump-7", window.Page.Url, StringComparison.Ordinal);
        await window["#replay input[name=device]"].FillAsync("no device");
        await window["#replay-count"].ClickAsync();
        await Expect(window["#replay-problem"]).ToContainTextAsync("device = no device");
        await window.ScreenshotAsync("sinks-replayed");
        Assert.Single(window.Errors, error => error.Contains("400", StringComparison.Ordinal)); // the browser tells each refusal

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window["#backup button"].ClickAsync());
        Assert.Equal("iot-gateway-backup.tar", download.SuggestedFilename);
        Assert.Null(await download.FailureAsync());
    }

    private static CannedGateway Troubled()
    {
        var now = DateTimeOffset.UtcNow;
        var gateway = new CannedGateway
        {
            StoreFigures = new(81 << 20, 3 << 20, 26_000_000, 812, 0, 0, 31, 70 << 20, now.AddDays(-2).ToUnixTimeMilliseconds() * 1_000_000, new EmbeddedOptions { Archive = true }),
        };
        gateway.Sinks[0] = gateway.Sinks[0] with { Stored = 26_000_120, Past = new(now, 4_120, 0, [], 0) };
        gateway.Sinks.Add(new("Influx", CircuitState.Open, $"InfluxDB does not answer as it should: 502 {Script}. All readings wait in the spool.", 25_911_718, 88_402, 12)
        {
            Since = now.AddHours(-2).AddMinutes(-3),
            Past = new(now.AddHours(-2).AddMinutes(-4), 5_010, 123, [new("unavailable", 120, now.AddSeconds(-9), $"502 {Script}"), new("overloaded", 3, now.AddHours(-2), "429 slow down")], now.AddHours(-2).AddMinutes(-4).ToUnixTimeMilliseconds() * 1_000_000),
        });
        gateway.Replays.Add(new("Embedded", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00Z", "pump-7", null, false, "sending", "2026-01-31T12:00:00Z", null,
            new ReplayCountJson(1000, 10_000, 0, 0, 0), new ReplayCountJson(250, 2_500, 0, 0, 0), 0, null, null, 0, null, null));
        return gateway;
    }
}
