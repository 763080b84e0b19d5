using System.Text;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary><c>iot-gateway replay</c> with the real program, through the running gateway and on the files of a stopped one.</summary>
public sealed class ReplayTests
{
    private static readonly string[] Always = ["--from", "0", "--to", "4102444800"];

    [Fact]
    public async Task A_replay_killed_in_the_middle_goes_on_after_the_start_beside_live_load_and_nothing_is_lost_or_doubled()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await using var gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Influx", "--Sinks:1", "Embedded", "--Influx:Api", "V1", "--Influx:Database", "iot", "--Influx:Url", influxd.Url.ToString());
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Eventually.TrueAsync(() => fleet.Acknowledged >= 200, "batches arrive", TimeSpan.FromSeconds(60));
        await influxd.QueryAsync("iot", "DROP MEASUREMENT load");

        var command = gateway.CommandAsync(["replay", "--sink", "Influx", .. Always, "--rate", "100"]);
        await Eventually.TrueAsync(async () => await SentAsync(gateway) > 0, "the replay has begun");
        await gateway.KillAsync();
        var interrupted = await command;
        await gateway.StartAgainAsync();
        Assert.Equal("sending", (await ReplayOfAsync(gateway)).GetProperty("state").GetString());
        await Eventually.TrueAsync(async () => !(await ReplayOfAsync(gateway)).GetProperty("state").ValueEquals("sending"), "it ends", TimeSpan.FromMinutes(3));
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, accepted: fleet.Readings);

        Assert.Equal(1, interrupted.ExitCode);
        Assert.Contains("goes on by itself", interrupted.Errors);
        var ended = await ReplayOfAsync(gateway);
        Assert.Equal("done", ended.GetProperty("state").GetString());
        Assert.Equal(ended.GetProperty("range").GetProperty("readings").GetInt64(), ended.GetProperty("sent").GetProperty("readings").GetInt64());
        foreach (var device in fleet.Devices) Assert.Equal(device.Expected(), await StoredPoints.InInfluxAsync(influxd, "iot", device));
        Assert.All(await Books.AllAsync(gateway), books => Assert.True(books.Balanced, books.ToString()));
    }

    [Fact]
    public async Task A_replay_answers_the_same_whether_the_gateway_runs_or_not()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, "pump-7", """[{"n":"v","v":1,"t":1700000001},{"n":"w","v":2}]""");
        await PublishAsync(gateway, "pump-8", """[{"n":"v","v":3,"t":1700000001}]""");
        await Eventually.TrueAsync(async () => (await Books.AllAsync(gateway)).Count == 2, "both are in the books");
        await Books.SettledAsync(gateway);

        await AssertAnswersAsync(gateway);
        await AssertApiAsync(gateway);
        Assert.Equal(0, await gateway.StopAsync());
        await AssertAnswersAsync(gateway);
        await gateway.StartAgainAsync();
        var rows = await gateway.CommandAsync("sql", "--csv", "SELECT device, field, value FROM readings ORDER BY ALL");
        Assert.Equal("device,field,value\npump-7,v,1.0\npump-7,w,2.0\npump-8,v,3.0", rows.Output);
    }

    private static async Task AssertAnswersAsync(GatewayProcess gateway)
    {
        var dry = await gateway.CommandAsync(["replay", "--sink", "embedded", .. Always, "--dry-run"]);
        Assert.Equal((0, ""), (dry.ExitCode, dry.Errors));
        Assert.Contains("In the range: 2 messages with 3 readings", dry.Output);

        var sent = await gateway.CommandAsync(["replay", "--sink", "Embedded", .. Always, "--device", "pump-7"]);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
        Assert.Contains("Sent again: 1 messages with 2 readings", sent.Output);

        var list = await gateway.CommandAsync("replay", "list");
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
        Assert.Matches("(?m)^Embedded +done ", list.Output);
        await AssertMistakesAsync(gateway);
    }

    private static async Task AssertApiAsync(GatewayProcess gateway)
    {
        (string Body, string Type, int Status, string Says)[] requests =
        [
            ("""{"sink":"Embedded","from":"0","to":"1","device":"pump-7","dryRun":true}""", "application/json", 202, "counting"),
            ("""{"sink":"Embedded","from":"0","to":"1","ratio":1}""", "application/json", 400, "ratio"),
            ("""{"sink":"Embedded","from":"1","to":"1"}""", "application/json", 400, "must be before to"),
            ("{", "application/json", 400, "as JSON"),
            ("sink=Embedded", "application/x-www-form-urlencoded", 415, "must be JSON"),
        ];
        foreach (var (body, type, status, says) in requests)
        {
            using var content = new StringContent(body, Encoding.UTF8, type);
            using var answer = await gateway.Http.PostAsync(new Uri("api/v1/replays", UriKind.Relative), content);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == status && text.Contains(says), $"{body}: {(int)answer.StatusCode} {text}");
        }

        using var missing = await gateway.Http.DeleteAsync(new Uri("api/v1/replays/Influx", UriKind.Relative));
        Assert.Equal(404, (int)missing.StatusCode);
    }

    private static async Task AssertMistakesAsync(GatewayProcess gateway)
    {
        (string[] Words, int ExitCode, string Says)[] mistakes =
        [
            (["--sink", "Nowhere", .. Always], 2, "--sink Nowhere: must name a configured sink: Embedded"),
            (["--sink", "Embedded", "--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"], 2, "must be before to = 2026-01-01T00:00:00Z"),
            (["--sink", "Embedded", "--from", "yesterday", "--to", "1"], 2, "--from yesterday: must be unix seconds"),
            (["--sink", "Embedded", .. Always, "--device", "no/such"], 2, "--device no/such: must be 1 to 64"),
            (["--sink", "Embedded", .. Always, "--rate", "0"], 2, "--rate 0: must be 1 to"),
            (["--sink", "Embedded", "--from", "0"], 2, "--to"),
            (["--sink", "Embedded", .. Always, "--device", "nobody"], 1, "Nothing received from 1970-01-01T00:00:00Z to 2100-01-01T00:00:00Z by nobody"),
            (["--sink", "Embedded", "--from", "1", "--to", "2"], 1, "the journal holds what was received from 20"),
            (["cancel", "--sink", "Embedded"], 1, "has ended already"),
            (["watch", "--sink", "Influx"], 1, "There has been no replay to 'Influx'"),
        ];
        foreach (var (words, exitCode, says) in mistakes)
        {
            var answer = await gateway.CommandAsync(["replay", .. words]);
            Assert.True(answer.ExitCode == exitCode && answer.Errors.Contains(says), $"replay {string.Join(' ', words)}: {answer}");
        }
    }

    private static async Task<long> SentAsync(GatewayProcess gateway)
    {
        var replays = (await gateway.GetAsync("api/v1/replays")).GetProperty("replays");
        return replays.GetArrayLength() == 0 ? 0 : replays[0].GetProperty("sent").GetProperty("readings").GetInt64();
    }

    private static Task<JsonElement> ReplayOfAsync(GatewayProcess gateway) => gateway.GetAsync("api/v1/replays/Influx");

    private static async Task PublishAsync(GatewayProcess gateway, string device, string pack)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, $"v1/devices/{device}/telemetry", pack, "-q", "1");
        Assert.True(exitCode == 0, output);
    }
}
