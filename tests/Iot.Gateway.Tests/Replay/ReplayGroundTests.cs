using System.Globalization;
using Iot.Gateway.Replay;
using Iot.Gateway.Tests.Pipeline;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Gateway.Tests.Replay;

/// <summary>A replay and what it stands on: power, disk, journal, and sinks that come and go.</summary>
public sealed class ReplayGroundTests : IDisposable
{
    private readonly LossyDisk _disk = new(seed: 8);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task After_a_power_cut_a_replay_goes_on_by_itself_and_is_complete()
    {
        var before = new RecordingSink { ReadingsPerWrite = 1 };
        var core = await GatewayCore.StartAsync(_disk, _directory, [before]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 6; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await scene.IngestAsync("pump-1", 20, ("v", 1));
        await scene.DeliveredAsync();
        before.Answer = async (next, stopping) =>
        {
            if (next > 2) await new TaskCompletionSource().Task.WaitAsync(stopping); // the power goes before the third is taken
            return new([], 1);
        };
        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 6, rate: 1));
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages >= 2, "some are sent");
        Assert.False(core.Replays.EndedAsync("Recording").IsCompleted);
        var disk = _disk.CutPower();
        await core.DisposeAsync();

        var after = new RecordingSink();
        await using var again = await GatewayCore.StartAsync(disk, _directory, [after]);
        var ended = await new ReplayScene(again).EndAsync("Recording");

        Assert.Equal((ReplayStop.None, 6), (ended.Stop, ended.Sent.Messages));
        var sent = Values(before)[7..].Concat(Values(after)).ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], sent.Distinct());
        Assert.Equal(7, sent[^1]);
        Assert.DoesNotContain(disk.Files, file => file.EndsWith("replay-Recording.cursor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_whose_sink_or_journal_is_another_one_ends_and_holds_nothing()
    {
        var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink { ReadingsPerWrite = 1 }]);
        var scene = new ReplayScene(core);
        for (var i = 0; i < 60; i++) await scene.IngestAsync("pump-1", i, ("v", i)); // a minute's worth: it must still be running
        await scene.DeliveredAsync();
        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 60, rate: 1));
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages >= 1, "it has begun");
        var (otherSinks, otherJournal) = (_disk.CutPower(), _disk.CutPower());
        await core.DisposeAsync();

        await using (var again = await GatewayCore.StartAsync(otherSinks, _directory, [new RecordingSink { Name = "Other" }]))
            Assert.Equal(ReplayStop.SinkGone, (await new ReplayScene(again).EndAsync("Recording")).Stop);
        Assert.DoesNotContain(otherSinks.Files, file => file.EndsWith("replay-Recording.cursor", StringComparison.Ordinal));

        foreach (var file in otherJournal.Files.Where(file => file.StartsWith("/spool/", StringComparison.Ordinal)).ToList()) otherJournal.Delete(file);
        await using (var again = await GatewayCore.StartAsync(otherJournal, _directory, [new RecordingSink()]))
            Assert.Equal(ReplayStop.JournalGone, (await new ReplayScene(again).EndAsync("Recording")).Stop);
    }

    [Fact]
    public async Task What_a_replay_has_not_sent_yet_is_kept_from_retention_and_let_go_at_its_end()
    {
        var sink = new RecordingSink { ReadingsPerWrite = 1 };
        var small = new JournalOptions { SegmentBytes = 4096, MaxBytes = 64 << 10, RetainFor = TimeSpan.Zero, ReserveBytes = 0, MaxRecordBytes = 2048, MaxPendingBytes = 16 << 10 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink], small, new() { SnapshotEvery = TimeSpan.FromMilliseconds(50) });
        core.Journal.OpenCursor("keeps-all");
        var scene = new ReplayScene(core);
        for (var i = 0; i < 200; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await scene.DeliveredAsync();
        await Eventually.TrueAsync(() => core.Journal.OpenCursor("books").Offset == core.Journal.NextOffset, "the books hold nothing");

        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 60, rate: 1));
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages >= 1, "it has begun");
        core.Journal.RemoveCursor("keeps-all");
        Assert.Equal(0UL, core.Journal.FirstOffset);

        core.Replays.Cancel("Recording");
        await scene.EndAsync("Recording");
        Assert.NotEqual(0UL, core.Journal.FirstOffset);
    }

    [Fact]
    public async Task A_full_journal_ends_the_replay_that_held_it_and_takes_messages_again()
    {
        var sink = new RecordingSink { ReadingsPerWrite = 1 };
        var small = new JournalOptions { SegmentBytes = 4096, MaxBytes = 32 << 10, ReserveBytes = 0, MaxRecordBytes = 2048, MaxPendingBytes = 16 << 10 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink], small, new() { SnapshotRecords = 20 });
        var scene = new ReplayScene(core);
        for (var i = 0; i < 50; i++) await scene.IngestAsync("pump-1", i, ("v", i));
        await scene.DeliveredAsync();
        core.Replays.TryStart(ReplayScene.Request("Recording", 0, 40, rate: 1));
        await Eventually.TrueAsync(() => core.Replays.Find("Recording")!.Sent.Messages >= 1, "it has begun");

        await Eventually.TrueAsync(
            async () =>
            {
                for (var i = 0; i < 10; i++) await core.IngestAsync("pump-2", 1, core.Journal.NextOffset);
                return core.Replays.Find("Recording")!.Stop == ReplayStop.JournalFull;
            },
            "it gives way");
        await scene.EndAsync("Recording");
        await Eventually.TrueAsync(async () => await core.IngestAsync("pump-3", 1, 1) is IngestResult.Stored or IngestResult.Duplicate, "messages are taken");
    }

    [Fact]
    public async Task Damaged_records_of_the_range_are_passed_over_and_counted()
    {
        var sink = new RecordingSink();
        await using (var core = await GatewayCore.StartAsync(_disk, _directory, [sink]))
        {
            var scene = new ReplayScene(core);
            for (var i = 0; i < 5; i++) await scene.IngestAsync("pump-1", i, ("v", i));
            await scene.DeliveredAsync();
        }

        var segment = _disk.Files.Single(file => file.EndsWith(".segment", StringComparison.Ordinal));
        var bytes = _disk.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 0x55;
        _disk.WriteAllBytes(segment, bytes);
        await using var again = await GatewayCore.StartAsync(_disk, _directory, [sink]);
        var ended = await new ReplayScene(again).ReplayAsync("Recording", 0, 10);

        Assert.Equal((4, 1), (ended.Sent.Messages, ended.Sent.Missing));
        Assert.Equal([1, 2, 4, 5], Values(sink)[5..]);
    }

    private static List<int> Values(RecordingSink sink) => [.. sink.Stored.Select(reading => int.Parse(reading.Text.Split(' ')[2], CultureInfo.InvariantCulture))];
}
