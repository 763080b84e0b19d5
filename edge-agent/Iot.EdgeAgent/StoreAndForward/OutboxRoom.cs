using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>How full an outbox is, and what is given up for room or for its age. The storing loop's own.</summary>
/// <param name="now">Null while nobody knows the time: nothing has an age then.</param>
internal sealed class OutboxRoom(
    SegmentedJournal journal, OutboxPlace place, string directory, OutboxOptions options, DeviceId device,
    Func<DateTimeOffset?> now, TimeProvider clock, ILogger logger, IDisk disk)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private readonly StoredBatches _stored = new(journal, device, clock);
    private long _notedAt = clock.GetTimestamp();
    private long? _lookedAt;
    private long _old;

    /// <summary>Which share of what it may take it holds, 0 to 1. What others leave of the disk counts.</summary>
    public double Fill
    {
        get
        {
            var (bytes, free) = (journal.Bytes, Free - options.ReserveBytes);
            return Math.Clamp((double)bytes / Math.Max(1, Math.Min(options.MaxBytes, bytes + Math.Max(0, free))), 0, 1);
        }
    }

    private long Free
    {
        get
        {
            try
            {
                return disk.FreeBytes(directory);
            }
            catch (IOException)
            {
                return options.ReserveBytes + options.MaxBytes; // not known: only what it holds itself counts
            }
        }
    }

    /// <summary>False when the policy is another, or nothing is left that could go.</summary>
    public bool TryDropOldest()
    {
        if (options.Policy != OutboxPolicy.DropOldest || journal.OldestSegmentEnd is not { } end || end <= place.Acknowledged.Floor) return false;

        logger.OldestDropped(device, GiveUpBelow(end, _stored.ReadingsOf));
        return true;
    }

    /// <summary>Gives up what is older than allowed, once a minute; of much of it a part with each batch that is stored.</summary>
    public void GiveUpOld()
    {
        if (options.MaxAge is not { } age || (_lookedAt is { } last && clock.GetElapsedTime(last) < Pace) || now() is not { } today) return;

        _lookedAt = clock.GetTimestamp();
        try
        {
            var old = _stored.OlderThan(today - age, place.Acknowledged);
            if (old.IsMore) _lookedAt = null;
            if (old.End > place.Acknowledged.Floor) _old += GiveUpBelow(old.End, old.ReadingsOf);
        }
        catch (IOException e)
        {
            logger.OutboxNotLookedThrough(e, device);
        }

        if (_lookedAt is null || _old == 0) return;

        logger.OldGivenUp(device, _old, age);
        _old = 0;
    }

    /// <summary>Notes what was given up, once a minute.</summary>
    public void NoteNowAndThen()
    {
        if (clock.GetElapsedTime(_notedAt) >= Pace) NoteNow();
    }

    public void NoteNow()
    {
        _notedAt = clock.GetTimestamp();
        try
        {
            place.Checkpoint();
        }
        catch (IOException e)
        {
            logger.GivenUpNotNoted(e, device);
        }
    }

    private long GiveUpBelow(ulong floor, Func<IReadOnlyList<ulong>, long> readingsOf)
    {
        long readings = 0;
        place.GiveUpBelow(floor, offsets => readings = readingsOf(offsets));
        return readings;
    }
}
