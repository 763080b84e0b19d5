using System.Globalization;
using System.Text.RegularExpressions;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>A real device, a real gateway with a real store, a real browser: from a gap to its end, and from a pixel to the stored digits.</summary>
public sealed class DeviceJourneyTests(Chromium chromium)
{
    private const string Epoch = "00000000000000a1";

    /// <summary>Batches 1, 2 and 5 arrive: 3 and 4 are missing, then held, then here.</summary>
    [Fact]
    public async Task A_gap_is_drawn_where_it_is_and_goes_live_when_it_is_filled()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var seq in new[] { 1, 2, 5 }) await PublishAsync(gateway, now, seq, first: 0);
        await PublishStatusAsync(gateway, """{"state":"online","agent":"by hand","uptime":4711,"outbox":{"waiting":2,"<b>full</b>":false}}""");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 3 } books && books.Sinks[0].Pending == 0, "the readings are stored");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices/pump-7?range=15m");

        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("2 missing");
        await Expect(window["#gap-band .gap"]).ToHaveAttributeAsync("data-gap", "lost");
        await Expect(window[".trouble[data-kind=missing]"]).ToContainTextAsync("2 batches never arrived.");
        await Expect(window["#status tr"]).ToHaveTextAsync(["stateonline", "agentby hand", "uptime4711", "outbox.waiting2", "outbox.<b>full</b>false"]);
        // From batch 2, 8 minutes ago, to batch 5, 5 minutes ago, on an axis of 15 minutes.
        Assert.InRange(await PercentAsync(window, "left"), (15 - 8.5) / 15 * 100, (15 - 7.5) / 15 * 100);
        Assert.InRange(await PercentAsync(window, "width"), 2.8 / 15 * 100, 3.2 / 15 * 100);
        await window.ScreenshotAsync("device-gap-lost");
        await PublishAsync(gateway, now, 6, first: 3); // it says that it holds 3 and 4 still
        await Expect(window["#gap-band .gap"]).ToHaveAttributeAsync("data-gap", "held");
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("2 held by the device");
        await window.ScreenshotAsync("device-gap-held");
        await gateway.KillAsync();
        await gateway.StartAgainAsync(); // the times are on disk, or in the journal
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await PublishAsync(gateway, now, 3, first: 3);
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("1 held by the device");
        Assert.InRange(await PercentAsync(window, "width"), 1.8 / 15 * 100, 2.2 / 15 * 100);
        await PublishAsync(gateway, now, 4, first: 4);
        await Expect(window["#gap-band .gap"]).ToHaveCountAsync(0);
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync("nothing is missing");
        await Expect(window[".trouble"]).ToHaveCountAsync(0); // nor is it called offline: it spoke a moment ago
    }

    /// <summary>What the pointer shows is what the CSV, the API and the store hold, though the chart draws a few of many.</summary>
    [Fact]
    public async Task A_value_under_the_pointer_is_the_one_in_the_store_to_the_last_digit()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var chance = new Random(7);
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60;
        var readings = Enumerable.Range(0, 9000).Select(i => (Ns: ((end - 9000 + i) * 1_000_000_000L) + 123_456_789, Value: 20 + (chance.NextDouble() * Math.PI))).ToList();
        foreach (var part in readings.Chunk(3000))
        {
            var lines = string.Join('\n', part.Select(reading => string.Create(CultureInfo.InvariantCulture, $"climate temperature={reading.Value:R} {reading.Ns}")));
            await PublishFileAsync(gateway, lines);
        }

        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 9000 } books && books.Sinks[0].Pending == 0, "the readings are stored");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Dark);
        await window.Page.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"{gateway.Http.BaseAddress}devices/pump-7?range=custom&from={end - 9000}&to={end}"));
        await Expect(window["#chart-summary"]).ToContainTextAsync("points");
        var box = (await window["#chart"].BoundingBoxAsync())!;
        await window.Page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + 80);
        await Expect(window["#readout"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("device-readout");

        var shown = await window["#readout .exact strong"].TextContentAsync();
        var time = (await window["#readout .utc"].TextContentAsync())!.Replace(" UTC", "Z", StringComparison.Ordinal).Replace(' ', 'T');
        var csv = await gateway.Http.GetStringAsync(new Uri((await window["#legend a"].GetAttributeAsync("href"))!, UriKind.Relative), TestContext.Current.CancellationToken);
        var row = Assert.Single(csv.Split("\r\n"), line => line.StartsWith(time, StringComparison.Ordinal));
        var stored = await gateway.CommandAsync("sql", $"SELECT value FROM readings WHERE time = '{time.TrimEnd('Z').Replace('T', ' ')}'", "--csv");

        Assert.Equal(9001, csv.TrimEnd().Split("\r\n").Length);
        Assert.Equal(shown, row.Split(',')[^1]);
        Assert.Equal(shown, stored.Output.Trim().Split('\n')[^1].Trim());
        Assert.Contains(readings, reading => string.Equals(reading.Value.ToString("R", CultureInfo.InvariantCulture), shown, StringComparison.Ordinal));
        Assert.InRange(int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture), 500, (int)box.Width);
        Assert.Empty(window.Errors);
    }

    /// <summary>The whole way of a new device: added, its line made on its page, shown once.</summary>
    [Fact]
    public async Task A_new_token_is_shown_with_the_line_to_run()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Surroundings { IsSecure = true });
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", "pump-8", "--site", "north")).ExitCode);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Light);

        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices/pump-8");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make the install line" }).ClickAsync();

        await Expect(window["#line"]).ToHaveTextAsync(new Regex("^sudo iot-edge-agent setup --yes --token - <<< [^ ]+$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(window["#code"]).ToBeVisibleAsync();
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("device-token");
        await window["#waiting-hint a"].ClickAsync();
        await Expect(window["#audit"]).ToContainTextAsync("device.token");
        Assert.Empty(window.Errors);
    }

    private static async Task<double> PercentAsync(Window window, string property) => double.Parse(
        (await window["#gap-band .gap"].EvaluateAsync<string>($"gap => gap.style.{property}")).TrimEnd('%'), CultureInfo.InvariantCulture);

    /// <summary>Batch n was measured n minutes after ten minutes ago.</summary>
    private static async Task PublishAsync(GatewayProcess gateway, long now, int seq, int first)
    {
        var holds = first > 0 ? $",\"first\":{first}" : "";
        await PublishAsync(gateway, "telemetry", "-m", $$"""[{"epoch":"{{Epoch}}","seq":{{seq}}{{holds}},"n":"temperature","u":"Cel","t":{{now - 600 + (seq * 60)}},"v":{{20 + seq}}.5}]""");
    }

    private static Task PublishStatusAsync(GatewayProcess gateway, string status) => PublishAsync(gateway, "status", "-m", status, "-r");

    private static async Task PublishFileAsync(GatewayProcess gateway, string lines)
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["lines"], lines);
        await PublishAsync(gateway, "telemetry/line", "-f", directory["lines"]);
    }

    private static async Task PublishAsync(GatewayProcess gateway, string kind, params string[] words)
    {
        var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-V", "311", "-q", "1", "-t", $"v1/devices/pump-7/{kind}", .. words]);
        Assert.True(exitCode == 0, output);
    }
}
