using Iot.EdgeAgent.Timekeeping;
using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Batches of one device on disk, from the moment they are closed until the gateway has acknowledged them.</summary>
/// <remarks>
/// <code>
/// offset:   0 … base … floor … acknowledged … next        seq = offset - base + 1
///               └ epoch ──────────────────────
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
    private readonly OutboxPlace _place;
    private readonly ILogger _logger;
    private readonly DeviceId _device;
    private readonly BatchEncoder _encoder;
    private readonly Rebaser? _rebaser;
    private readonly ClockNews _clockNews;
    private readonly Guid _boot;
    private readonly OutboxRoom _room;
    private readonly Signal _grown;
    private ulong _next;
    private bool _full;
    private readonly long _givenUpBefore;

    private Outbox(SegmentedJournal journal, OutboxPlace place, OutboxRoom room, DeviceId device, OutboxOptions options, TimeProvider clock, ILogger logger, Signal grown, Timekeeper? time)
    {
        (_journal, _place, _room, _device, _logger, _grown) = (journal, place, room, device, logger, grown);
        (_encoder, _clockNews, _boot, MaxBytes) = (new(options.Compression), new(clock), time?.Boot ?? default, options.MaxBytes);
        _rebaser = time is null ? null : new(device, options.Compression, time, logger);
        _next = journal.NextOffset;
        _givenUpBefore = (long)place.GivenUp;
    }

    public Epoch Epoch => _place.Epoch;

    /// <summary>What need not be sent any more.</summary>
    public Acknowledged Acknowledged => _place.Acknowledged;

    /// <summary>Batches on disk that no gateway has acknowledged.</summary>
    public ulong Waiting => Acknowledged.HeldIn(0, _journal.NextOffset);

    /// <summary>Lowest offset that is still to be published.</summary>
    public ulong Published => Acknowledged.Floor;

    /// <summary>Next offset to be stored: one past the last that is on disk.</summary>
    public ulong Stored => _journal.NextOffset;

    /// <summary>On disk, with what is acknowledged and not yet reclaimed.</summary>
    public long Bytes => _journal.Bytes;

    /// <summary>Bytes it may take.</summary>
    public long MaxBytes { get; }

    /// <summary>Readings given up since the start: no room, too old, thinned out, or the disk failed.</summary>
    public long GivenUp => (long)_place.GivenUp - _givenUpBefore;

    /// <summary>Which share of what it may take it holds, 0 to 1.</summary>
    public double Fill => _room.Fill;

    public bool IsFull => Volatile.Read(ref _full);

    /// <exception cref="IOException">The directory cannot be used: another process has it, or the disk refuses.</exception>
    public static Outbox Open(
        string directory, DeviceId device, OutboxOptions options, TimeProvider clock, ILogger logger, IDisk? disk = null, Signal? grown = null,
        Timekeeper? time = null)
    {
        disk ??= new PosixDisk();
        var journal = SegmentedJournal.Open(Path.Combine(directory, "journal"), new()
        {
            MaxBytes = options.MaxBytes,
            SegmentBytes = options.SegmentBytes,
            ReserveBytes = options.ReserveBytes,
            RetainFor = TimeSpan.Zero, // what is acknowledged is the gateway's
        }, clock, disk);
        var place = OutboxPlace.Open(disk, directory, journal, device, clock, logger);
        var room = new OutboxRoom(journal, place, directory, options, device, () => time is null ? clock.GetUtcNow() : time.Now, clock, logger, disk);
        return new(journal, place, room, device, options, clock, logger, grown ?? new(), time);
    }

    /// <summary>Gives the batch its identity and returns once it is on disk.</summary>
    /// <returns>False when it was given up, and counted: the outbox is full, the disk failed, or no record can carry it.</returns>
    public async ValueTask<bool> StoreAsync(ReadingBatch batch, CancellationToken cancellation)
    {
        _room.GiveUpOld();
        var head = OutboxRecord.Head(batch, _boot);
        batch.Clock = _clockNews.Of(batch.Clock);
        try
        {
            AppendTicket ticket;
            do
            {
                batch.Device = _device;
                batch.Identity = new(Epoch.Number, Epoch.SeqOf(_next), Epoch.SeqOf(Math.Max(Published, Epoch.Base)), _place.GivenUp);
                ticket = await _journal.AppendAsync(head, _encoder.Encode(batch), cancellation);
            }
            while (ticket.IsFull && _room.TryDropOldest());
            if (ticket.IsFull) return Refuse(batch);

            await ticket.Durable;
            _next = ticket.Offset + 1;
            _grown.Set();
        }
        catch (IOException e)
        {
            _logger.StoreFailed(e, batch.Count, _device);
            _place.GiveUp(batch.Count);
            return false;
        }
        catch (ArgumentException e) // the next batches must not wait behind one that cannot be written
        {
            _logger.BatchImpossible(e, batch.Count, _device);
            _place.GiveUp(batch.Count);
            return false;
        }

        if (_full) _logger.OutboxHasRoom(_device, GivenUp);
        Volatile.Write(ref _full, value: false);
        return true;
    }

    /// <summary>Readings that got no place in a batch; the gateway is told with the next one.</summary>
    public void GiveUp(long readings) => _place.GiveUp(readings);

    /// <summary>Reads what is stored from <paramref name="offset"/> on, or from the lowest above it that is there, and follows what comes.</summary>
    public JournalReader OpenReader(ulong offset) => _journal.OpenReader(offset);

    /// <summary>What is sent for a stored batch. The one place where a record becomes a payload.</summary>
    /// <returns>Null: it was recorded before anybody knew the time, and nobody knows it yet.</returns>
    public byte[]? PayloadOf(in JournalRecord record) => _rebaser is null ? record.Payload.ToArray() : _rebaser.Payload(record.Payload.Span);

    /// <summary>Notes durably what is acknowledged; the space of all below the floor may go.</summary>
    /// <exception cref="IOException">Nothing is lost: after a restart a few batches are sent again.</exception>
    public void Checkpoint() => _place.Checkpoint();

    public async ValueTask DisposeAsync()
    {
        _room.NoteNow();
        await _journal.DisposeAsync();
        _place.Dispose();
        _encoder.Dispose();
        _rebaser?.Dispose();
    }

    private bool Refuse(ReadingBatch batch)
    {
        if (!_full) _logger.OutboxFull(_device, Waiting);
        Volatile.Write(ref _full, value: true);
        _place.GiveUp(batch.Count);
        _room.NoteNowAndThen();
        return false;
    }
}
