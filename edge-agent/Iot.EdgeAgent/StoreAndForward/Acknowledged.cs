using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Offsets <paramref name="From"/> up to, not including, <paramref name="To"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OffsetRange(ulong From, ulong To);

/// <summary>What the outbox need not send any more: all below <see cref="Floor"/>, and ranges above it that went out before older batches did.</summary>
/// <remarks>Thread-safe. Sorted ranges that neither overlap nor touch, none of them at the floor.</remarks>
internal sealed class Acknowledged
{
    private readonly Lock _gate = new();
    private readonly List<OffsetRange> _above;
    private readonly HashSet<ulong> _underWay = [];
    private ulong _floor;

    public Acknowledged(ulong floor, IEnumerable<OffsetRange> above)
    {
        (_floor, _above) = (floor, [.. above]);
        Settle();
    }

    /// <summary>Lowest offset that is still held to be sent.</summary>
    public ulong Floor
    {
        get
        {
            lock (_gate) return _floor;
        }
    }

    /// <summary>How many ranges there are above the floor.</summary>
    public int Ranges
    {
        get
        {
            lock (_gate) return _above.Count;
        }
    }

    public IReadOnlyList<OffsetRange> Above
    {
        get
        {
            lock (_gate) return [.. _above];
        }
    }

    /// <summary>Offsets from <paramref name="from"/> up to, not including, <paramref name="to"/> that are still to be sent.</summary>
    public ulong HeldIn(ulong from, ulong to)
    {
        lock (_gate)
        {
            from = Math.Max(from, _floor);
            if (from >= to) return 0;

            var held = to - from;
            foreach (var range in _above)
            {
                var (start, end) = (Math.Max(range.From, from), Math.Min(range.To, to));
                if (start < end) held -= end - start;
            }

            return held;
        }
    }

    /// <summary>The lowest offset at or above <paramref name="offset"/> that is still to be sent.</summary>
    public ulong NextHeld(ulong offset)
    {
        lock (_gate)
        {
            offset = Math.Max(offset, _floor);
            foreach (var range in _above)
            {
                if (offset < range.From) break;
                if (offset < range.To) offset = range.To;
            }

            return offset;
        }
    }

    /// <summary>Whether a batch at or above <paramref name="offset"/> need not be sent any more.</summary>
    public bool Reaches(ulong offset)
    {
        lock (_gate) return _floor > offset || (_above.Count > 0 && _above[^1].To > offset);
    }

    public void Add(OffsetRange added)
    {
        lock (_gate)
        {
            if (added.From >= added.To || added.To <= _floor) return;

            var first = _above.FindIndex(range => range.To >= added.From);
            if (first < 0) first = _above.Count;
            var after = first;
            while (after < _above.Count && _above[after].From <= added.To)
            {
                added = new(Math.Min(added.From, _above[after].From), Math.Max(added.To, _above[after].To));
                after++;
            }

            _above.RemoveRange(first, after - first);
            _above.Insert(first, added);
            Settle();
        }
    }

    /// <summary>It is about to be sent: its answer is awaited, and nobody may give it up meanwhile. False when it is not held any more.</summary>
    public bool TryBegin(ulong offset)
    {
        lock (_gate) return offset >= _floor && _underWay.Add(offset);
    }

    /// <summary>An answer came, or none will come.</summary>
    public void End(ulong offset)
    {
        lock (_gate) _underWay.Remove(offset);
    }

    /// <summary>Whatever lies below <paramref name="floor"/> is not held any more.</summary>
    /// <returns>What is given up by that: neither acknowledged nor under way.</returns>
    public IReadOnlyList<ulong> RaiseTo(ulong floor)
    {
        lock (_gate)
        {
            List<ulong> givenUp = [];
            var next = _floor;
            foreach (var range in _above.Append(new(floor, floor)))
            {
                for (; next < Math.Min(range.From, floor); next++)
                    if (!_underWay.Contains(next)) givenUp.Add(next);

                next = Math.Max(next, range.To);
            }

            _floor = Math.Max(_floor, floor);
            Settle();
            return givenUp;
        }
    }

    private void Settle()
    {
        while (_above.Count > 0 && _above[0].From <= _floor)
        {
            _floor = Math.Max(_floor, _above[0].To);
            _above.RemoveAt(0);
        }
    }
}
