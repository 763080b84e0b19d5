using Iot.Gateway.Tests.Influx;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;

namespace Iot.Gateway.Tests.Replay;

/// <summary>A replay to a real influxd 1.6.</summary>
public sealed class InfluxReplayTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    [Fact]
    public async Task Points_deleted_by_hand_come_back_and_overwritten_values_stay_overwritten()
    {
        using var directory = new TempDirectory();
        var (rig, database) = await fixture.RigAsync();
        await using var owned = rig;
        await using var core = await GatewayCore.StartAsync(new LossyDisk(seed: 7), directory, [rig.Sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 50; i++) await scene.IngestAsync(i % 2 == 0 ? "d1" : "d2", i, ("v", i), ("w", i));
        await scene.IngestAsync("d1", 60, ("v", 10), ("v", 20)); // replaces two
        await scene.DeliveredAsync();
        var before = await PointsAsync(database);

        await fixture.Influxd.QueryAsync(database, $"DELETE FROM telemetry WHERE time >= {Time(5)} AND time < {Time(30)} AND device = 'd1'");
        Assert.NotEqual(before, await PointsAsync(database));
        var ended = await scene.ReplayAsync("Influx", 0, 40, "d1");

        Assert.Equal(before, await PointsAsync(database));
        Assert.Equal((20, 40, 1, 0), (ended.Sent.Messages, ended.Sent.Readings, ended.Sent.Later, ended.Refused));
    }

    private async Task<List<string>> PointsAsync(string database)
    {
        var table = await fixture.Influxd.QueryAsync(database, "SELECT device, v, w FROM telemetry");
        return [.. table!.Rows.Select(row => string.Join(' ', row))];
    }

    private static long Time(int second) => ReplayScene.Start + (second * ReplayScene.Second);
}
