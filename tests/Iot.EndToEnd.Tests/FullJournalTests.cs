using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The database is away until the journal is full: everybody is refused, keeps what it has, and gets it in once there is room.</summary>
public sealed class FullJournalTests
{
    private const string Agent = "host-1";

    /// <summary>Longer than what a journal that took none of the agent's batches may have left.</summary>
    private static readonly string Reading = $$"""[{"n":"t","vs":"{{new string('x', 3000)}}","t":1700000000}]""";

    [Fact]
    public async Task A_full_gateway_refuses_agents_keep_everything_and_all_is_stored_once_when_the_database_is_back()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await influxd.KillAsync();
        await using var gateway = await StartAsync(influxd.Url);
        await using var agent = new AgentProcess(Agent, gateway.MqttPort,
            "--Sensors:host:Kind", "System", "--Sensors:host:Interval", "00:00:00.100", "--Batching:MaxAge", "00:00:00.200");
        agent.Start();
        await agent.Process.LineAsync("0x97", TimeSpan.FromSeconds(90));

        var (_, told) = await PublishAsync(gateway, "new-5", "mqttv5");
        Assert.Contains("Quota exceeded", told);
        var (exitCode, _) = await PublishAsync(gateway, "old-311", "mqttv311"); // has no word for it: no PUBACK, the connection ends
        Assert.NotEqual(0, exitCode);
        Assert.Null(await Books.OfAsync(gateway, "new-5"));
        Assert.Null(await Books.OfAsync(gateway, "old-311"));
        await Eventually.TrueAsync(async () => (await ReadyAsync(gateway)).Contains("The spool is full"), "health says why");
        Assert.False(agent.Process.HasExited);

        await influxd.StartAgainAsync();
        foreach (var (device, version) in new[] { ("new-5", "mqttv5"), ("old-311", "mqttv311") })
            await Eventually.TrueAsync(async () => await PublishAsync(gateway, device, version) is (0, var words) && !words.Contains("Quota"), "there is room");

        await AllStoredOnceAsync(gateway, agent, influxd);
    }

    private static async Task AllStoredOnceAsync(GatewayProcess gateway, AgentProcess agent, Influxd influxd)
    {
        await Eventually.TrueAsync(
            async () => await Books.OfAsync(gateway, Agent) is { Gaps: 0 } && !(await ReadyAsync(gateway)).Contains("The spool is full"), "what it kept is in: refused at its end, it would leave with it", TimeSpan.FromSeconds(90));
        Assert.Equal(0, await agent.StopAsync()); // publishes what it has left
        await Books.SettledAsync(gateway, TimeSpan.FromSeconds(60));

        foreach (var device in new[] { Agent, "new-5", "old-311" })
        {
            var books = (await Books.OfAsync(gateway, device))!;
            Assert.True(books is { Balanced: true, Gaps: 0, Rejected: 0 } && books.Provable == device.Equals(Agent, StringComparison.Ordinal), books.ToString());
            Assert.Equal(new SinkEntry("Influx", books.Accepted, 0, 0), Assert.Single(books.Sinks));
            var stored = await StoredAsync(influxd, device);
            Assert.InRange(stored, device.Equals(Agent, StringComparison.Ordinal) ? 1 : books.Accepted, books.Accepted); // two samples within a millisecond are one point
        }
    }

    private static Task<GatewayProcess> StartAsync(Uri influx) => GatewayProcess.StartAsync(
        "--Sinks:0", "Influx", "--Influx:Api", "V1", "--Influx:Database", "iot", "--Influx:Url", influx.ToString(),
        "--Influx:Retry:MaxDelay", "00:00:01", "--Influx:Circuit:BreakDuration", "00:00:01",
        "--Journal:MaxBytes", "32768", "--Journal:SegmentBytes", "4096", "--Journal:RetainFor", "00:00:00", "--Ledger:SnapshotEvery", "00:00:01",
        "--Mqtt:FullPause", "00:00:01");

    private static async Task<string> ReadyAsync(GatewayProcess gateway)
    {
        using var answer = await gateway.Http.GetAsync(new Uri("health/ready", UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<(int ExitCode, string Output)> PublishAsync(GatewayProcess gateway, string device, string version) =>
        Mosquitto.PublishAsync(gateway.MqttPort, $"v1/devices/{device}/telemetry", Reading, "-i", device, "-q", "1", "-V", version);

    /// <summary>Values stored of a device, each field of each point.</summary>
    private static async Task<long> StoredAsync(Influxd influxd, string device)
    {
        var measurements = (await influxd.QueryAsync("iot", "SHOW MEASUREMENTS"))!.Column("name").Select(name => name.GetString()!);
        var stored = 0L;
        foreach (var measurement in measurements)
        {
            var counts = await influxd.QueryAsync("iot", $"SELECT count(*) FROM \"{measurement}\" WHERE device = '{device}'");
            stored += counts?.Rows.Sum(row => row[1..].Sum(cell => cell.ValueKind == System.Text.Json.JsonValueKind.Number ? cell.GetInt64() : 0)) ?? 0;
        }

        return stored;
    }
}
