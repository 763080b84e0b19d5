using System.Buffers.Binary;
using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Gateway.Tests.Pipeline;

public sealed class FullSpoolTests : IDisposable
{
    private const int AppliedAt = 16; // in the snapshot, behind magic, version and the journal's identity

    private readonly LossyDisk _disk = new(seed: 5);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>Nothing new is appended while it is full, so a snapshot that waits for news would hold what is delivered for ever.</summary>
    [Fact]
    public async Task A_spool_that_was_full_when_the_books_were_written_empties_once_the_sink_is_back()
    {
        var back = new TaskCompletionSource<WriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { Answer = (_, _) => back.Task };
        await using var core = await GatewayCore.StartAsync(
            _disk, _directory, [sink],
            new JournalOptions { SegmentBytes = 8 << 10, MaxBytes = 64 << 10, ReserveBytes = 0 },
            new LedgerOptions { SnapshotEvery = TimeSpan.FromMilliseconds(50) });
        var seq = 1UL;
        while (await core.IngestAsync("pump-7", epoch: 7, seq) == IngestResult.Stored) seq++;
        await Eventually.TrueAsync(() => WrittenDownTo() == core.Journal.NextOffset, "the books are written down");

        back.SetResult(new([], 1));

        await Eventually.TrueAsync(async () => await core.IngestAsync("pump-7", epoch: 7, seq) == IngestResult.Stored, "there is room again");
    }

    private ulong WrittenDownTo() => _disk.Files.Contains("/state/books.snapshot")
        ? BinaryPrimitives.ReadUInt64LittleEndian(_disk.ReadAllBytes("/state/books.snapshot").AsSpan(AppliedAt))
        : 0;
}
