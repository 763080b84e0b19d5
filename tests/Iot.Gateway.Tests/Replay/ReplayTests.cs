using System.Globalization;
using Iot.Gateway.Delivery;
using Iot.Gateway.Replay;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;

namespace Iot.Gateway.Tests.Replay;

public sealed class ReplayTests : IDisposable
{
    private readonly LossyDisk _disk = new(seed: 5);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_received_in_the_range_is_sent_again_and_nothing_else()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 10; i++) await scene.IngestAsync(i % 2 == 0 ? "pump-1" : "pump-2", i, ("v", i));
        await scene.DeliveredAsync();

        var ended = await scene.ReplayAsync("Recording", 2, 7, "pump-2");

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4, 6], Values(sink));
        Assert.Equal((2, 2, 0), (ended.Sent.Messages, ended.Sent.Readings, ended.Sent.Later));
        Assert.Equal(ReplayStop.None, ended.Stop);
    }

    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        await scene.IngestAsync("pump-1", 1, ("a", 1), ("b", 1));
        await scene.IngestAsync("pump-1", 2, ("a", 2));
        await scene.IngestAsync("pump-1", 9, ("a", 1));
        await scene.DeliveredAsync();
        var files = _disk.Files.ToList();

        var ended = await scene.ReplayAsync("Recording", 0, 3, dryRun: true);

        Assert.Equal(new ReplayCount(Messages: 2, Readings: 3, Later: 1, Missing: 0, Unreadable: 0), ended.Range);
        Assert.Equal(4, sink.Stored.Count);
        Assert.Equal(files, _disk.Files);
    }

    [Fact]
    public async Task A_later_value_for_a_time_that_was_sent_again_is_sent_behind_it()
    {
        var sink = new RecordingSink { ReadingsPerWrite = 1 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        await scene.IngestAsync("pump-1", 1, ("v", 1));
        await scene.IngestAsync("pump-2", 2, ("v", 1));
        await scene.IngestAsync("pump-1", 3, ("v", 2));
        await scene.IngestAsync("pump-1", 4, ("v", 1)); // replaces the first
        await scene.DeliveredAsync();

        var ended = await scene.ReplayAsync("Recording", 1, 2);

        Assert.Equal([1, 4], Values(sink)[4..]);
        Assert.Equal(1, ended.Sent.Later);
        Assert.Equal(scene.Latest, scene.KeptBy(sink));
    }

    [Fact]
    public async Task A_later_value_that_was_under_way_beside_the_replay_is_sent_again_once_it_is_delivered()
    {
        var mayEnd = new TaskCompletionSource();
        var sink = new RecordingSink { ReadingsPerWrite = 1, MaxInFlight = 1 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        await scene.IngestAsync("pump-1", 1, ("v", 1));
        await scene.DeliveredAsync();
        sink.Answer = async (next, stopping) =>
        {
            if (next == 2) await mayEnd.Task.WaitAsync(stopping);
            return new([], 1);
        };
        await scene.IngestAsync("pump-1", 5, ("v", 1));

        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 3));
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages == 1, "the old value is sent again");
        Assert.False(core.Replays.EndedAsync("Recording").IsCompleted);
        mayEnd.SetResult();
        await scene.EndAsync("Recording");

        Assert.Equal([1, 1, 2, 2], Values(sink));
    }

    [Fact]
    public async Task What_delivery_has_not_reached_is_left_to_it_and_counted()
    {
        var mayEnd = new TaskCompletionSource();
        var sink = new RecordingSink { ReadingsPerWrite = 1, MaxInFlight = 1 };
        sink.Answer = async (next, stopping) =>
        {
            if (next == 3) await mayEnd.Task.WaitAsync(stopping);
            return new([], 1);
        };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 5; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await Eventually.TrueAsync(() => core.Ledger.TotalOf("Recording").Stored == 2, "two are delivered");

        var running = scene.ReplayAsync("Recording", 0, 100);
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages == 2, "those two are sent again");
        mayEnd.SetResult();
        var ended = await running;
        await scene.DeliveredAsync();

        Assert.Equal((2, 3), (ended.Range.Messages, ended.StillToCome));
        Assert.Equal([1, 1, 2, 2, 3, 4, 5], Values(sink).Order());
    }

    [Fact]
    public async Task Nothing_in_the_range_ends_at_once_and_says_what_there_is()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        await scene.IngestAsync("pump-1", 5, ("v", 5));
        await scene.IngestAsync("pump-1", 8, ("v", 8));
        await scene.DeliveredAsync();

        var ended = await scene.ReplayAsync("Recording", 0, 4);

        Assert.Equal((0, 0), (ended.Range.Messages, ended.Sent.Messages));
        Assert.Equal((ReplayScene.Start + (5 * ReplayScene.Second), ReplayScene.Start + (8 * ReplayScene.Second)), (ended.HeldFromNs, ended.HeldToNs));
    }

    [Fact]
    public async Task Refusals_are_counted_and_change_neither_books_nor_dead_letters()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        await scene.IngestAsync("pump-1", 1, ("v", 1), ("w", 1));
        await scene.DeliveredAsync();
        var books = core.Ledger.TotalOf("Recording");
        sink.Answer = (_, _) => Task.FromResult(new WriteOutcome([new(0, 1, RejectReason.SinkTypeConflict, "field type conflict")], 1));

        var ended = await scene.ReplayAsync("Recording", 0, 3);

        Assert.Equal((1, "field type conflict"), (ended.Refused, ended.Refusal));
        Assert.Equal(books, core.Ledger.TotalOf("Recording"));
        Assert.Empty(core.DeadLetters());
    }

    [Fact]
    public async Task One_replay_a_sink_at_a_time()
    {
        var sink = new RecordingSink();
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 60; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await scene.DeliveredAsync();

        Assert.NotNull(core.Replays.TryStart(ReplayScene.Request("Recording", 0, 60, rate: 1))); // for a minute
        Assert.Null(core.Replays.TryStart(ReplayScene.Request("Recording", 0, 9)));
        core.Replays.Cancel("Recording");
        await scene.EndAsync("Recording");
        Assert.NotNull(core.Replays.TryStart(ReplayScene.Request("Recording", 0, 9)));
        await scene.EndAsync("Recording");
    }

    [Fact]
    public async Task A_cancelled_replay_sends_no_more_of_its_range_but_what_must_stand_over_the_values_it_sent()
    {
        var sink = new RecordingSink { ReadingsPerWrite = 1 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 60; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await scene.IngestAsync("pump-1", 90, ("v", 0));
        await scene.DeliveredAsync();

        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 60, rate: 1)); // for a minute
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages >= 1, "the first is sent");
        core.Replays.Cancel("Recording");
        var ended = await scene.EndAsync("Recording");

        Assert.Equal(ReplayStop.Cancelled, ended.Stop);
        Assert.InRange(ended.Sent.Messages, 1, 59);
        Assert.Equal(61, Values(sink)[^1]);
        Assert.Equal(scene.Latest, scene.KeptBy(sink));
    }

    private static List<int> Values(RecordingSink sink) => [.. sink.Stored.Select(reading => int.Parse(reading.Text.Split(' ')[2], CultureInfo.InvariantCulture))];
}
