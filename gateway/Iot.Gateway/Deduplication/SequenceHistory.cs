using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>What was received of one device: a set of seqs per epoch, and what is on its way to disk.</summary>
/// <remarks>
/// Take <see cref="Lock"/> around every call. The protocol of ingest, all under one hold of the lock up to the append:
/// <code>
/// HasSeen         → it is on disk: a duplicate
/// TryGetInFlight  → await that task outside the lock: done → a duplicate; failed → ask again from the start
/// else BeginInFlight, append; when it is on disk Complete, when it failed Abandon
/// </code>
/// <para>
/// Bounded: 32 epochs, and <see cref="DeduplicationOptions.MaxIntervalsPerDevice"/> intervals over all of them. When one more is needed, the
/// lowest interval of the epoch used least recently is forgotten. The alternatives lose data: to close the lowest gap would call batches
/// received that never came, and to refuse the batch would stop a device for good over gaps that it cannot fill. What is forgotten can, sent
/// again, be stored a second time; sinks write the same points again, which changes nothing. <see cref="IsComplete"/> tells the
/// ledger that this device's counts are not provable any more.
/// </para>
/// <para>Memory: below 500 bytes for a device with one epoch and no gaps, 32 more per interval (measured in SequenceHistoryMemoryTests).</para>
/// </remarks>
internal sealed class SequenceHistory(DeviceId device, int maxIntervals, bool beginningLost)
{
    /// <summary>Lives of a device's outboxes remembered; it has up to 8 at a time, and a new life begins when one is made anew.</summary>
    public const int MaxEpochs = 32;

    private readonly List<EpochHistory> _epochs = new(capacity: 1); // the most recently used one first
    private readonly InFlightBatches _inFlight = new();

    public DeviceId Device { get; } = device;

    public Lock Lock { get; } = new();

    /// <summary>Somebody asked for it since the flag was last taken down; see <see cref="Deduplicator"/>.</summary>
    public bool IsRecent { get; set; } = true;

    /// <summary>Epochs may have been received from before those that we remember.</summary>
    public bool BeginningLost { get; private set; } = beginningLost;

    public bool HasInFlight => _inFlight.Count > 0;

    /// <summary>The most recently used first.</summary>
    public IReadOnlyList<EpochHistory> Epochs => _epochs;

    /// <summary>False once anything was forgotten: gaps and duplicates before that point cannot be known.</summary>
    public bool IsComplete => !BeginningLost && _epochs.TrueForAll(epoch => epoch.ForgottenThrough == 0);

    public bool HasSeen(ulong epoch, ulong seq)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        return Find(epoch)?.Seen.Contains(seq) ?? false;
    }

    /// <summary>The task ends when that batch is on disk, and fails when it did not get there.</summary>
    public bool TryGetInFlight(ulong epoch, ulong seq, [NotNullWhen(true)] out Task? durable)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        return _inFlight.TryGet(epoch, seq, out durable);
    }

    public void BeginInFlight(ulong epoch, ulong seq, Task durable)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight.Set(epoch, seq, durable);
    }

    /// <summary>It is on disk: from now on it has been seen.</summary>
    public void Complete(ulong epoch, ulong seq, in BatchSpan span = default)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight.Remove(epoch, seq);
        Remember(epoch, seq, span);
    }

    /// <summary>It did not get to disk: the next one of that seq is new again.</summary>
    public void Abandon(ulong epoch, ulong seq)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight.Remove(epoch, seq);
    }

    /// <summary>Recovery: it was found on disk. May be told again and in any order; once with its times is enough.</summary>
    public void Remember(ulong epoch, ulong seq, in BatchSpan span = default)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        FindOrAdd(epoch, seq).Seen.Add(seq, span);
        ForgetBeyondLimit();
    }

    /// <summary>The device says that <paramref name="first"/> is the lowest seq it still holds; 0 says nothing. Call before <see cref="Remember"/>.</summary>
    public void NoteFirst(ulong epoch, ulong first)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        if (first > 0) FindOrAdd(epoch, first).NoteFirst(first);
    }

    /// <summary>0 for an epoch of which nothing is on disk.</summary>
    public ulong HighestSeq(ulong epoch)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        return Find(epoch)?.Seen.Highest ?? 0;
    }

    /// <summary>Every batch missing between 1 (or where our memory begins) and the highest seen, ascending within an epoch.</summary>
    public IReadOnlyList<SequenceGap> Gaps()
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        List<SequenceGap> gaps = [];
        foreach (var epoch in _epochs) epoch.AddGapsTo(gaps);
        return gaps;
    }

    /// <summary>Takes over an epoch from a snapshot, less recently used than those before it. False when it is there already.</summary>
    public bool TryRestore(EpochHistory epoch)
    {
        if (_epochs.Exists(known => known.Epoch == epoch.Epoch)) return false;

        if (_epochs.Count < MaxEpochs) _epochs.Add(epoch);
        else BeginningLost = true;
        ForgetBeyondLimit();
        return true;
    }

    private EpochHistory? Find(ulong epoch)
    {
        for (var i = 0; i < _epochs.Count; i++)
        {
            var found = _epochs[i];
            if (found.Epoch != epoch) continue;
            if (i == 0) return found;

            _epochs.RemoveAt(i);
            _epochs.Insert(0, found);
            return found;
        }

        return null;
    }

    private EpochHistory FindOrAdd(ulong epoch, ulong seq)
    {
        if (Find(epoch) is { } known) return known;

        var added = new EpochHistory(epoch);
        if (BeginningLost) added.BeginAt(seq);
        if (_epochs.Count == MaxEpochs)
        {
            _epochs.RemoveAt(MaxEpochs - 1);
            BeginningLost = true;
        }

        _epochs.Insert(0, added);
        return added;
    }

    private void ForgetBeyondLimit()
    {
        for (var beyond = Intervals() - maxIntervals; beyond > 0;)
            beyond -= _epochs.FindLast(epoch => epoch.Seen.Count > 1)!.ForgetLowest(beyond); // at once: a snapshot may hold many more than allowed now
    }

    private int Intervals()
    {
        var count = 0;
        foreach (var epoch in _epochs) count += epoch.Seen.Count;
        return count;
    }
}
