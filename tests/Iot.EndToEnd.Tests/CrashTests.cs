using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A fleet under way while gateway and database die: promises 1, 3 and 4, judged by what the devices counted.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Every_acknowledged_batch_is_stored_once_through_five_kills_and_20_s_without_the_database()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await using var gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Embedded", "--Sinks:1", "Influx", "--Influx:Api", "V1", "--Influx:Database", "iot",
            "--Influx:Url", influxd.Url.ToString(), "--Ledger:SnapshotEvery", "00:00:03", "--Influx:Retry:MaxDelay", "00:00:02", "--Influx:Circuit:BreakDuration", "00:00:02");
        await using var fleet = new LoadFleet(devices: 50, gateway.MqttPort);

        var outage = Task.CompletedTask;
        for (var kill = 0; kill < 5; kill++)
        {
            await ProgressAsync(fleet);
            if (kill == 1)
            {
                await influxd.KillAsync();
                outage = BackAfterAsync(influxd, TimeSpan.FromSeconds(20));
            }

            await gateway.KillAsync();
            await gateway.StartAgainAsync();
        }

        await outage;
        await ProgressAsync(fleet);
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, TimeSpan.FromSeconds(60), fleet.Readings);

        var embedded = await StoredPoints.EmbeddedAsync(gateway);
        foreach (var device in fleet.Devices)
        {
            Assert.Equal(device.Expected(), await StoredPoints.InInfluxAsync(influxd, "iot", device));
            Assert.Equal(device.Expected(), embedded[device.Id]);
        }

        Assert.True(fleet.Devices.Sum(device => device.Repeated) > 0, "a kill under load leaves something unacknowledged");
        await AssertBooksAsync(gateway, fleet, "Embedded", "Influx");
    }

    [Fact]
    public async Task SIGTERM_under_load_ends_within_10_s_and_costs_nothing()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var fleet = new LoadFleet(devices: 50, gateway.MqttPort);
        await ProgressAsync(fleet);

        Assert.Equal(0, await gateway.StopAsync());
        var promised = fleet.Acknowledged;
        await gateway.StartAgainAsync();
        await ProgressAsync(fleet);
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, accepted: fleet.Readings);

        var embedded = await StoredPoints.EmbeddedAsync(gateway);
        Assert.All(fleet.Devices, device => Assert.Equal(device.Expected(), embedded[device.Id]));
        Assert.InRange(promised, 1, fleet.Acknowledged);
        await AssertBooksAsync(gateway, fleet, "Embedded");
    }

    /// <summary>Until each device has on average four batches more acknowledged.</summary>
    private static Task ProgressAsync(LoadFleet fleet)
    {
        var before = fleet.Acknowledged;
        return Eventually.TrueAsync(() => fleet.Acknowledged >= before + (4 * fleet.Devices.Count), "the fleet gets its batches in", TimeSpan.FromSeconds(60));
    }

    private static async Task BackAfterAsync(Influxd influxd, TimeSpan away)
    {
        await Task.Delay(away);
        await influxd.StartAgainAsync();
    }

    private static async Task AssertBooksAsync(GatewayProcess gateway, LoadFleet fleet, params string[] sinks)
    {
        var all = (await Books.AllAsync(gateway)).ToDictionary(books => books.Device);
        foreach (var device in fleet.Devices)
        {
            var books = all[device.Id];
            var readings = device.Acknowledged * LoadBatch.Readings;
            Assert.Equal(readings, books.Accepted);
            Assert.Equal(0, books.Rejected);
            Assert.Equal(books.Received, books.Accepted + books.Duplicate);
            Assert.InRange(books.Duplicate, 0, device.Repeated * LoadBatch.Readings);
            Assert.Equal((true, true, 0), (books.Provable, books.Balanced, books.Gaps));
            Assert.Equal(sinks.Select(name => new SinkEntry(name, readings, Pending: 0, DeadLettered: 0)), books.Sinks);
        }
    }
}
