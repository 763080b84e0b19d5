using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A SenML pack by hand, through every sink there is: promise 3, field for field.</summary>
public sealed class PackTests
{
    private const string Device = "pump-7";
    private const long Second = 1_000_000_000;

    /// <summary>Shortly ago, with nanoseconds that must survive.</summary>
    private readonly long _baseNs = ((DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60) * Second) + 123_456_789;

    [Theory, InlineData("mqttv311"), InlineData("mqttv5")]
    public async Task A_pack_is_in_influxd_and_in_the_embedded_store_and_sent_again_changes_nothing(string version)
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await using var gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Embedded", "--Sinks:1", "Influx", "--Influx:Api", "V1", "--Influx:Database", "iot", "--Influx:Url", influxd.Url.ToString());

        await PublishAsync(gateway, version);
        await AssertStoredAsync(gateway, influxd);

        await PublishAsync(gateway, version);
        await DuplicateAsync(gateway);
        await AssertStoredAsync(gateway, influxd);
        Assert.Equal(9, await RowsAsync(gateway));
    }

    [Theory, InlineData("mqttv311"), InlineData("mqttv5")]
    public async Task A_pack_is_in_victoria_metrics_and_sent_again_changes_nothing(string version)
    {
        await using var server = await VictoriaMetrics.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync("--Sinks:0", "Influx", "--Influx:Bucket", "iot", "--Influx:Url", server.Url.ToString());

        for (var sending = 0; sending < 2; sending++)
        {
            await PublishAsync(gateway, version);
            if (sending == 1) await DuplicateAsync(gateway);
            await Books.SettledAsync(gateway);
            await AssertStoredAsync(server);
        }
    }

    private Task PublishAsync(GatewayProcess gateway, string version) => PublishAsync(gateway, version, $$"""
        [
          {"bn":"urn:dev:ow:{{Device}}:","bt":{{Seconds(_baseNs)}},"bu":"Cel","epoch":"00000000c0ffee01","seq":1,"n":"env/temperature","v":21.47},
          {"n":"env/temperature","v":-3.5,"t":0.25},
          {"n":"env/temperature","v":22,"t":1.000000001},
          {"n":"env/humidity","u":"%RH","v":41.5},
          {"n":"env/leak","u":"m3/s","v":-1.5e-7},
          {"n":"env/turns","u":"count","v":12345678901234567},
          {"n":"env/open","vb":true},
          {"n":"env/open","vb":false,"t":1.000000001},
          {"n":"env/state","vs":"idle, \"quoted\" \\ grün\nsecond line"}
        ]
        """);

    private static async Task PublishAsync(GatewayProcess gateway, string version, string pack)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, $"v1/devices/{Device}/telemetry", pack, "-q", "1", "-V", version);
        Assert.True(exitCode == 0, output);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, Device) is { Accepted: 9 }, "the books have the pack");
        await Books.SettledAsync(gateway);
    }

    private static async Task DuplicateAsync(GatewayProcess gateway)
    {
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, Device) is { Duplicate: 9 }, "the repetition is in the books");
        var books = await Books.OfAsync(gateway, Device);
        Assert.Equal((18, 9, 0, 9), (books!.Received, books.Accepted, books.Rejected, books.Duplicate));
        Assert.True(books is { Balanced: true, Provable: true, Gaps: 0 });
        Assert.All(books.Sinks, sink => Assert.Equal((9, 0, 0), (sink.Stored, sink.Pending, sink.DeadLettered)));
    }

    private async Task AssertStoredAsync(GatewayProcess gateway, Influxd influxd)
    {
        var answer = await gateway.GetAsync($"api/v1/readings?device={Device}");
        Assert.Equal(
            [
                ("humidity", Time(_baseNs), "41.5"),
                ("leak", Time(_baseNs), "-1.5E-07"),
                ("open", Time(_baseNs), "true"),
                ("open", Time(_baseNs + Second + 1), "false"),
                ("state", Time(_baseNs), "idle, \"quoted\" \\ grün\nsecond line"),
                ("temperature", Time(_baseNs), "21.47"),
                ("temperature", Time(_baseNs + (Second / 4)), "-3.5"),
                ("temperature", Time(_baseNs + Second + 1), "22"),
                ("turns", Time(_baseNs), "12345678901234568"),
            ],
            answer.GetProperty("readings").EnumerateArray().Select(Reading).Order());
        Assert.All(answer.GetProperty("readings").EnumerateArray(), reading => Assert.Equal("env", reading.GetProperty("measurement").GetString()));
        Assert.Equal(
            ["humidity %RH", "leak m3/s", "open Cel", "state Cel", "temperature Cel", "turns count"],
            (await gateway.GetAsync("api/v1/series")).GetProperty("series").EnumerateArray().Select(series => $"{series.GetProperty("field")} {series.GetProperty("unit")}").Order());

        var table = await influxd.QueryAsync("iot", $"SELECT temperature, humidity, leak, turns, open, state FROM env WHERE device = '{Device}'");
        Assert.Equal(
            [
                $"""[{_baseNs},21.47,41.5,-1.5e-7,12345678901234568,true,"idle, \"quoted\" \\ grün\nsecond line"]""",
                $"[{_baseNs + (Second / 4)},-3.5,null,null,null,null,null]",
                $"[{_baseNs + Second + 1},22,null,null,null,false,null]",
            ],
            table!.Rows.Select(row => $"[{string.Join(',', row.Select(cell => cell.GetRawText()))}]"));
    }

    /// <summary>It keeps milliseconds and no strings; true is 1.</summary>
    private async Task AssertStoredAsync(VictoriaMetrics server)
    {
        IReadOnlyList<StoredSeries> stored = [];
        await Eventually.TrueAsync(
            async () => (stored = await server.ExportAsync($"{{device=\"{Device}\",__name__!=\"env_state\"}}")).Sum(series => series.Values.Count) >= 8,
            "victoria-metrics shows what it took");
        var ms = _baseNs / 1_000_000;
        Assert.Equal(
            [
                $"env_humidity 41.5@{ms}",
                $"env_leak -1.5E-07@{ms}",
                $"env_open 1@{ms} 0@{ms + 1000}",
                $"env_temperature 21.47@{ms} -3.5@{ms + 250} 22@{ms + 1000}",
                $"env_turns 12345678901234568@{ms}",
            ],
            stored.Select(series => $"{series.Labels["__name__"]} {string.Join(' ', series.Values.Zip(series.TimesMs, (value, time) => string.Create(CultureInfo.InvariantCulture, $"{value}@{time}")))}").Order());
    }

    private static async Task<int> RowsAsync(GatewayProcess gateway)
    {
        var answer = await gateway.CommandAsync("sql", "--csv", "SELECT * FROM readings");
        Assert.True(answer.ExitCode == 0, answer.Errors);
        return answer.Output.Replace("grün\n", "grün ", StringComparison.Ordinal).Split('\n').Length - 1;
    }

    private static (string Field, string Time, string Value) Reading(JsonElement reading)
    {
        var value = reading.GetProperty("value");
        return (reading.GetProperty("field").GetString()!, reading.GetProperty("time").GetString()!,
            value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
    }

    private static string Seconds(long ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / Second}.{ns % Second:000000000}");

    private static string Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / 100).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture) + $"{ns % 100:00}Z";
}
