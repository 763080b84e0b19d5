using Iot.Gateway.Mqtt;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline;

public sealed class IngestPipelineTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 1);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_message_is_answered_only_after_its_group_is_on_disk()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, 1));

        _disk.HoldSyncs();
        var second = core.IngestAsync("pump-7", Epoch, 2);
        await _disk.SyncHeldAsync(TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);

        _disk.ReleaseSyncs();
        Assert.Equal(IngestResult.Stored, await second);
    }

    [Fact]
    public async Task A_batch_sent_again_is_a_duplicate_and_changes_nothing_else()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, 1));
        Assert.Equal(IngestResult.Duplicate, await core.IngestAsync("pump-7", Epoch, 1));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((2, 1, 0, 1), (books.Received, books.Accepted, books.Rejected, books.Duplicate));
    }

    [Fact]
    public async Task A_duplicate_that_arrives_while_the_original_is_committed_waits_for_that_commit()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        _disk.HoldSyncs();
        var original = core.IngestAsync("pump-7", Epoch, 1);
        await _disk.SyncHeldAsync(TestContext.Current.CancellationToken);
        var twin = core.IngestAsync("pump-7", Epoch, 1);
        Assert.False(twin.IsCompleted);

        _disk.ReleaseSyncs();
        Assert.Equal(IngestResult.Stored, await original);
        Assert.Equal(IngestResult.Duplicate, await twin);
    }

    [Fact]
    public async Task A_duplicate_of_what_failed_to_reach_the_disk_is_not_acknowledged_and_the_next_copy_is_stored()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        _disk.HoldSyncs();
        var original = core.IngestAsync("pump-7", Epoch, 1);
        await _disk.SyncHeldAsync(TestContext.Current.CancellationToken);
        var twin = core.IngestAsync("pump-7", Epoch, 1);
        _disk.FailingSyncs = 1;
        _disk.ReleaseSyncs();

        Assert.Equal(IngestResult.Failed, await original);
        Assert.Equal(IngestResult.Failed, await twin);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, 1));
    }

    [Fact]
    public async Task A_note_of_a_duplicate_that_outlived_its_original_does_not_stand_for_it()
    {
        var journal = new JournalOptions { MaxRecordBytes = 200, MaxPendingBytes = 200 }; // room for one unwritten message
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [], journal);
        _disk.HoldSyncs();
        var original = core.IngestAsync("pump-7", Epoch, 1);
        await _disk.SyncHeldAsync(TestContext.Current.CancellationToken);
        var twin = core.IngestAsync("pump-7", Epoch, 1); // its note waits for room, so it is not in the group that fails
        _disk.FailingSyncs = 1;
        _disk.ReleaseSyncs();

        Assert.Equal(IngestResult.Failed, await original);
        Assert.Equal(IngestResult.Failed, await twin);
        await Eventually.TrueAsync(() => core.Journal.NextOffset == 1 && core.Ledger.Applied == 1, "the note is on disk and in the books");

        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", Epoch, 1));
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_is_refused_and_its_bytes_are_kept()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Refused, await core.IngestAsync("pump-7", "[{\"n\":"));

        await Eventually.TrueAsync(() => core.DeadLetters().Count == 1, "the dead letter is kept");
        var letter = core.DeadLetters()[0];
        Assert.Equal(6, letter.PayloadKept);
        Assert.NotEqual(RejectReason.None, letter.Letter.Reason);

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((1, 0, 1), (books.Received, books.Accepted, books.Rejected));
    }

    [Fact]
    public async Task A_bad_reading_costs_only_itself()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", """[{"n":"a","v":1},{"n":"b","v":"two"},{"n":"c","v":3}]"""));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((3, 2, 1), (books.Received, books.Accepted, books.Rejected));
        await Eventually.TrueAsync(() => core.DeadLetters().Count == 1, "the reading is kept as a dead letter");
        Assert.Equal((1, RejectReason.BadValue), (core.DeadLetters()[0].Letter.Index, core.DeadLetters()[0].Letter.Reason));
    }

    [Fact]
    public async Task A_full_journal_refuses_and_takes_the_same_batch_once_a_sink_has_moved_on()
    {
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { ReadingsPerWrite = 1, MaxInFlight = 1 };
        sink.Answer = async (_, _) =>
        {
            await gate.Task;
            return new([], 1);
        };
        var journal = new JournalOptions { SegmentBytes = 4096, MaxBytes = 16384, ReserveBytes = 0, RetainFor = TimeSpan.Zero, MaxRecordBytes = 4096, MaxPendingBytes = 8192 };
        var ledger = new Ledger.LedgerOptions { SnapshotEvery = TimeSpan.FromSeconds(1) };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink], journal, ledger);

        var seq = 1UL;
        while (await core.IngestAsync("pump-7", Epoch, seq) == IngestResult.Stored) seq++;
        Assert.Equal(IngestResult.Full, await core.IngestAsync("pump-7", Epoch, seq));

        gate.SetResult();
        await Eventually.TrueAsync(async () => await core.IngestAsync("pump-7", Epoch, seq) == IngestResult.Stored, "there is room again");
        Assert.Empty((await core.SettledBooksAsync("pump-7")).Gaps);
    }

    [Fact]
    public async Task A_full_journal_gets_room_although_its_last_snapshot_was_written_before_the_sink_moved_on_and_nothing_came_since()
    {
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { ReadingsPerWrite = 1, MaxInFlight = 1 };
        sink.Answer = async (_, _) =>
        {
            await gate.Task;
            return new([], 1);
        };
        var journal = new JournalOptions { SegmentBytes = 4096, MaxBytes = 16384, ReserveBytes = 0, RetainFor = TimeSpan.Zero, MaxRecordBytes = 4096, MaxPendingBytes = 8192 };
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [sink], journal, new Ledger.LedgerOptions { SnapshotEvery = TimeSpan.FromMilliseconds(20) });

        var seq = 1UL;
        while (await core.IngestAsync("pump-7", Epoch, seq) == IngestResult.Stored) seq++;
        const int applied = 16; // where the snapshot says how far it goes
        await Eventually.TrueAsync(
            () => _disk.Files.Contains("/state/books.snapshot") && BitConverter.ToUInt64(_disk.ReadAllBytes("/state/books.snapshot"), applied) == core.Journal.NextOffset, "all is in a snapshot");

        gate.SetResult();
        await core.SettledBooksAsync("pump-7");
        await Eventually.TrueAsync(async () => await core.IngestAsync("pump-7", Epoch, seq) == IngestResult.Stored, "there is room again");
    }

    [Fact]
    public async Task Line_protocol_and_SenML_go_the_same_way()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, []);
        Assert.Equal(IngestResult.Stored, await core.IngestAsync("pump-7", "cpu usage=0.5,idle=0.4", PayloadFormat.LineProtocol));

        var books = await core.SettledBooksAsync("pump-7");
        Assert.Equal((2, 2), (books.Received, books.Accepted));
        Assert.False(books.Provable);
    }
}
