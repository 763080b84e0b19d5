using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Batches of one device on disk, from the moment they are closed until the gateway has acknowledged them.</summary>
/// <remarks>
/// <code>
/// offset:   0 … base … cursor … next        seq = offset - base + 1
///               └ epoch ────────────
/// </code>
/// A batch gets its identity (epoch, seq) when it is appended, inside its own bytes, and those bytes are sent however often it
/// takes: the gateway knows a batch by its identity, so one identity must never stand for two contents.
/// That is why a new epoch starts whenever the journal did not come back exactly as it was left. A disk that lies about fsync may
/// have lost the last batches after they were published; numbering on from what is left would give their numbers to new readings,
/// and the gateway would take those for duplicates. A new epoch costs the gateway one more interval to remember, and no reading.
/// One caller stores, one publishes.
/// </remarks>
internal sealed class Outbox : IAsyncDisposable
{
    private readonly SegmentedJournal _journal;
    private readonly JournalCursor _cursor;
    private readonly ILogger _logger;
    private readonly DeviceId _device;
    private readonly BatchEncoder _encoder;
    private ulong _next;
    private bool _full;
    private long _givenUp;

    private Outbox(SegmentedJournal journal, JournalCursor cursor, Epoch epoch, DeviceId device, PayloadCompression compression, ILogger logger)
    {
        (_journal, _cursor, Epoch, _device, _logger) = (journal, cursor, epoch, device, logger);
        _encoder = new(compression);
        _next = journal.NextOffset;
    }

    public Epoch Epoch { get; }

    /// <summary>Batches on disk that no gateway has acknowledged, as far as the cursor's last checkpoint knows.</summary>
    public ulong Waiting => _journal.NextOffset - Math.Min(Published, _journal.NextOffset);

    /// <summary>Next offset to publish, as of the last checkpoint.</summary>
    public ulong Published => Math.Max(_cursor.Offset, _journal.FirstOffset);

    /// <summary>Next offset to be stored: one past the last that is on disk.</summary>
    public ulong Stored => _journal.NextOffset;

    /// <summary>On disk, with what is acknowledged and not yet reclaimed.</summary>
    public long Bytes => _journal.Bytes;

    /// <summary>Readings given up since the start because the outbox was full or the disk failed.</summary>
    public long GivenUp => Interlocked.Read(ref _givenUp);

    public bool IsFull => Volatile.Read(ref _full);

    /// <summary>Set after each batch that was stored.</summary>
    public Signal Grown { get; } = new();

    /// <exception cref="IOException">The directory cannot be used: another process has it, or the disk refuses.</exception>
    public static Outbox Open(string directory, DeviceId device, OutboxOptions options, TimeProvider clock, ILogger logger, IDisk? disk = null)
    {
        disk ??= new PosixDisk();
        var journal = SegmentedJournal.Open(Path.Combine(directory, "journal"), new()
        {
            MaxBytes = options.MaxBytes,
            SegmentBytes = options.SegmentBytes,
            ReserveBytes = options.ReserveBytes,
            RetainFor = TimeSpan.Zero, // what is acknowledged is the gateway's
        }, clock, disk);
        var cursor = journal.OpenCursor("publish");
        var epoch = CurrentEpoch(disk, directory, journal, cursor, device, logger);
        return new(journal, cursor, epoch, device, options.Compression, logger);
    }

    /// <summary>Gives the batch its identity and returns once it is on disk.</summary>
    /// <returns>False when it was given up, and counted: the outbox is full, or the disk failed.</returns>
    public async ValueTask<bool> StoreAsync(ReadingBatch batch, CancellationToken cancellation)
    {
        batch.Device = _device;
        batch.Identity = new(Epoch.Number, Epoch.SeqOf(_next), Epoch.SeqOf(Math.Max(Published, Epoch.Base)));
        try
        {
            var ticket = await _journal.AppendAsync(default, _encoder.Encode(batch), cancellation);
            if (ticket.IsFull) return GiveUp(batch);

            await ticket.Durable;
            _next = ticket.Offset + 1;
            Grown.Set();
        }
        catch (IOException e)
        {
            _logger.StoreFailed(e, batch.Count, _device);
            Interlocked.Add(ref _givenUp, batch.Count);
            return false;
        }

        if (_full) _logger.OutboxHasRoom(_device, GivenUp);
        Volatile.Write(ref _full, value: false);
        return true;
    }

    /// <summary>Reads what was not acknowledged, oldest first, and follows what is stored.</summary>
    public JournalReader OpenReader() => _journal.OpenReader(_cursor.Offset);

    /// <summary>Everything below <paramref name="next"/> is acknowledged; its space may go.</summary>
    /// <exception cref="IOException">Nothing is lost: after a restart a few batches are sent again.</exception>
    public void Checkpoint(ulong next) => _cursor.Checkpoint(next);

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _encoder.Dispose();
    }

    private bool GiveUp(ReadingBatch batch)
    {
        if (!_full) _logger.OutboxFull(_device, Waiting);
        Volatile.Write(ref _full, value: true);
        Interlocked.Add(ref _givenUp, batch.Count);
        return false;
    }

    private static Epoch CurrentEpoch(
        IDisk disk, string directory, SegmentedJournal journal, JournalCursor cursor, DeviceId device, ILogger logger)
    {
        var (epoch, next) = (EpochFile.Read(disk, directory), journal.NextOffset);
        var asLeft = journal.Recovery.IsClean && cursor.Offset <= next;
        if (epoch is not null && asLeft && epoch.Base <= next) return epoch;

        if (!asLeft) logger.OutboxRecovered(device, journal.Recovery.TornBytes, journal.Recovery.Damage.Count);
        epoch = Epoch.StartAt(next);
        EpochFile.Write(disk, directory, epoch);
        logger.EpochStarted(device, epoch.Number);
        return epoch;
    }
}
