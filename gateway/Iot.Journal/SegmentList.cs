namespace Iot.Journal;

/// <summary>The segments that are there, oldest first. Thread-safe.</summary>
internal sealed class SegmentList(IDisk disk, string directory, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Lock _reclaiming = new();
    private readonly List<Segment> _segments = [];
    private long _removed;

    public long Removed => Interlocked.Read(ref _removed);

    public long Bytes => BytesFrom(0);

    public Segment? First => At(static segments => segments.Count == 0 ? null : segments[0]);

    /// <summary>Of the last segment and those before it that do not end at or before <paramref name="offset"/>.</summary>
    public long BytesFrom(ulong offset)
    {
        lock (_gate)
        {
            long total = 0;
            foreach (var segment in _segments)
                if (segment.EndOffset is not { } end || end > offset) total += segment.DurableLength;
            return total;
        }
    }

    public void Add(Segment segment)
    {
        lock (_gate)
        {
            if (_segments.Count > 0) _segments[^1].CloseAt(segment.FirstOffset);
            _segments.Add(segment);
        }
    }

    public void Remove(Segment segment)
    {
        lock (_gate) _segments.Remove(segment);
    }

    /// <summary>The segment that holds <paramref name="offset"/>, or the oldest when that is gone.</summary>
    public Segment? Holding(ulong offset)
    {
        lock (_gate)
        {
            var found = _segments.FindLast(segment => segment.FirstOffset <= offset);
            return found ?? (_segments.Count == 0 ? null : _segments[0]);
        }
    }

    /// <summary>The first segment that starts above <paramref name="firstOffset"/>.</summary>
    public Segment? After(ulong firstOffset)
    {
        lock (_gate) return _segments.Find(segment => segment.FirstOffset > firstOffset);
    }

    /// <summary>Null when the segment has been reclaimed meanwhile.</summary>
    public IDiskFile? Open(Segment segment)
    {
        lock (_gate)
        {
            return _segments.Contains(segment)
                ? new ReadAroundFile(disk.Open(segment.Path, writable: false), segment.Unreadable, clock, () => MarkSuspect(segment))
                : null;
        }
    }

    /// <returns>True when the file bears the mark durably, or is gone.</returns>
    public bool MarkSuspect(Segment segment)
    {
        lock (_gate) return !_segments.Contains(segment) || segment.MarkSuspect(disk);
    }

    /// <summary>Removes the oldest segments that end at or before <paramref name="delivered"/>, while they are too old or
    /// all segments together exceed <paramref name="maxBytes"/>. Suspect ones are set aside instead.</summary>
    public void Reclaim(ulong delivered, long maxBytes, DateTimeOffset olderThan)
    {
        lock (_reclaiming)
        {
            var total = Bytes;
            while (Oldest() is var (oldest, next) && next.FirstOffset <= delivered)
            {
                if (total <= maxBytes && next.CreatedAt >= olderThan) return;

                if (!TryLetGo(oldest)) return; // it stays listed, still counts, and is tried again at the next reclaim

                total -= oldest.DurableLength;
            }
        }
    }

    private (Segment Oldest, Segment Next)? Oldest()
    {
        lock (_gate) return _segments.Count < 2 ? null : (_segments[0], _segments[1]);
    }

    private bool TryLetGo(Segment segment)
    {
        lock (_gate) _segments.Remove(segment); // first, or a reader would find a listed segment without its file
        try
        {
            if (segment.IsSuspect) SetAside(segment);
            else disk.Delete(segment.Path);
        }
        catch (IOException)
        {
            lock (_gate) _segments.Insert(0, segment);
            return false;
        }

        Interlocked.Increment(ref _removed);
        return true;
    }

    private void SetAside(Segment segment)
    {
        var aside = Segment.PathOf(directory, segment.FirstOffset, Segment.DamagedExtension);
        disk.Rename(segment.Path, FreeName.For(disk, aside));
    }

    private Segment? At(Func<List<Segment>, Segment?> choose)
    {
        lock (_gate) return choose(_segments);
    }
}
