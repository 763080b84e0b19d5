using System.Runtime.InteropServices;

namespace Iot.Gateway.Deduplication;

/// <summary>Seqs <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
/// <param name="BeginsNs">Time of the oldest reading of its first batch; 0 when nobody knows.</param>
/// <param name="EndsNs">Time of the newest reading of its last batch; 0 when nobody knows.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SequenceInterval(ulong From, ulong To, long BeginsNs = 0, long EndsNs = 0);

/// <summary>A set of sequence numbers as sorted intervals that neither overlap nor touch. Not thread-safe.</summary>
internal sealed class IntervalSet
{
    private SequenceInterval[] _intervals = new SequenceInterval[1];
    private int _count;

    public int Count => _count;

    public ReadOnlySpan<SequenceInterval> Intervals => _intervals.AsSpan(0, _count);

    /// <summary>0 when the set is empty; seqs start at 1.</summary>
    public ulong Highest => _count == 0 ? 0 : _intervals[_count - 1].To;

    public bool Contains(ulong seq)
    {
        var at = FirstEndingAtOrAfter(seq);
        return at < _count && _intervals[at].From <= seq;
    }

    /// <summary>False when it was in the set already; its times are taken over where they were not known.</summary>
    public bool Add(ulong seq, in BatchSpan span = default)
    {
        var at = FirstEndingAtOrAfter(seq);
        if (at < _count && _intervals[at].From <= seq)
        {
            FillIn(ref _intervals[at], seq, span);
            return false;
        }

        var touchesLeft = at > 0 && _intervals[at - 1].To + 1 == seq;
        var touchesRight = at < _count && _intervals[at].From - 1 == seq;
        switch (touchesLeft, touchesRight)
        {
            case (true, true):
                _intervals[at - 1] = _intervals[at - 1] with { To = _intervals[at].To, EndsNs = _intervals[at].EndsNs };
                RemoveAt(at);
                break;
            case (true, false):
                _intervals[at - 1] = _intervals[at - 1] with { To = seq, EndsNs = span.NewestNs };
                break;
            case (false, true):
                _intervals[at] = _intervals[at] with { From = seq, BeginsNs = span.OldestNs };
                break;
            default:
                InsertAt(at, new(seq, seq, span.OldestNs, span.NewestNs));
                break;
        }

        return true;
    }

    /// <summary>Puts an interval behind all others; false when it would overlap or touch them, ends before it starts, or holds 0.</summary>
    public bool TryAppend(SequenceInterval interval)
    {
        if (interval.From == 0 || interval.From > interval.To || (_count > 0 && (interval.From <= Highest || interval.From - 1 == Highest))) return false;

        InsertAt(_count, interval);
        return true;
    }

    public void RemoveLowest(int count)
    {
        _intervals.AsSpan(count, _count - count).CopyTo(_intervals);
        _count -= count;
    }

    private static void FillIn(ref SequenceInterval interval, ulong seq, in BatchSpan span)
    {
        if (interval.From == seq && interval.BeginsNs == 0) interval = interval with { BeginsNs = span.OldestNs };
        if (interval.To == seq && interval.EndsNs == 0) interval = interval with { EndsNs = span.NewestNs };
    }

    /// <summary>Index of the first interval that does not end before <paramref name="seq"/>; the count when all do.</summary>
    private int FirstEndingAtOrAfter(ulong seq)
    {
        if (_count == 0 || seq > _intervals[_count - 1].To) return _count; // the usual case: the next one

        var (low, high) = (0, _count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_intervals[middle].To < seq) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void InsertAt(int index, SequenceInterval interval)
    {
        if (_count == _intervals.Length) Array.Resize(ref _intervals, _count * 2);

        _intervals.AsSpan(index, _count - index).CopyTo(_intervals.AsSpan(index + 1));
        _intervals[index] = interval;
        _count++;
    }

    private void RemoveAt(int index)
    {
        _intervals.AsSpan(index + 1, _count - index - 1).CopyTo(_intervals.AsSpan(index));
        _count--;
    }
}
