using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Tests.EmbeddedStore;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;

namespace Iot.Gateway.Tests.Replay;

/// <summary>Random messages with equal times, replays of random ranges, live messages beside them: each sink ends as if every message had come once.</summary>
public sealed class ReplayModelTests : IDisposable
{
    private const int Replays = 12;

    private readonly LossyDisk _disk = new(seed: 6);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public async Task Where_the_last_write_wins_the_latest_value_stays(int seed)
    {
        var random = new Random(seed);
        var sink = new RecordingSink { ReadingsPerWrite = 3, MaxInFlight = 1, Answer = HesitateAsync(new Random(seed + 100)) };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 100; i++) await RandomMessageAsync(scene, random, i);

        for (var i = 0; i < Replays; i++)
        {
            var from = random.Next(0, 100);
            var replay = scene.ReplayAsync("Recording", from, from + random.Next(1, 60), random.Next(3) == 0 ? "d1" : null);
            for (var j = 0; j < 5 || !replay.IsCompleted; j++)
            {
                await RandomMessageAsync(scene, random, 100 + (i * 5) + j);
                if (j > 200) break;
            }

            await replay;
        }

        await scene.DeliveredAsync();
        Assert.Equal(scene.Latest, scene.KeptBy(sink));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task Rows_deleted_by_hand_from_the_embedded_store_come_back_and_no_others_change(int seed)
    {
        var random = new Random(seed);
        await using var store = new StoreUnderTest(_directory["readings.duckdb"]);
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [store.Sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 60; i++) await RandomMessageAsync(scene, random, i);
        await scene.DeliveredAsync();

        for (var i = 0; i < 4; i++)
        {
            var (from, device) = (random.Next(0, 50), random.Next(2) == 0 ? "d1" : null);
            var to = from + random.Next(5, 30);
            Delete(store, scene, from, to, device);
            var replay = scene.ReplayAsync("Embedded", from, to, device);
            for (var j = 0; j < 5; j++) await RandomMessageAsync(scene, random, 60 + (i * 5) + j);
            await replay;
        }

        await scene.DeliveredAsync();
        Assert.Equal(scene.Latest, (await store.ReadAsync()).ToDictionary(row => (row.Device.Value, row.Field, row.TimeNs), row => (double)row.Value));
        using var connection = store.Store.Database.Connect();
        Assert.Equal((long)core.Journal.NextOffset, (long)connection.Scalar<ulong>("SELECT next_offset FROM store_state"));
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM (FROM reading_rows SELECT series, time, journal_offset GROUP BY ALL HAVING count(*) > 1)"));
    }

    private static void Delete(StoreUnderTest store, ReplayScene scene, int from, int to, string? device)
    {
        using var connection = store.Store.Database.Connect();
        var (first, last) = (ReplayScene.Start + (from * ReplayScene.Second), ReplayScene.Start + (to * ReplayScene.Second));
        foreach (var reading in scene.Readings.Where(known => known.ReceivedAtNs >= first && known.ReceivedAtNs < last && (device is null || known.Device.Equals(device, StringComparison.Ordinal))))
            connection.Execute("DELETE FROM reading_rows WHERE number = $1", reading.Value);
    }

    private static Task RandomMessageAsync(ReplayScene scene, Random random, int received) => scene.IngestAsync(
        $"d{random.Next(1, 4)}", received, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(2) == 0 ? "a" : "b", (long)Math.Max(0, received - random.Next(0, 12))))]);

    /// <summary>Live delivery and replay get ahead of each other now and then.</summary>
    private static Func<ulong, CancellationToken, Task<WriteOutcome>> HesitateAsync(Random random) => async (_, _) =>
    {
        int steps;
        lock (random) steps = random.Next(0, 20);
        for (var i = 0; i < steps; i++) await Task.Yield();
        return new([], 1);
    };
}
