namespace Iot.Journal;

/// <summary>Keeps the first findings of damage, each once, and marks their segments. Thread-safe.</summary>
/// <param name="segments">Of the journal.</param>
/// <param name="reported">First offset of a segment and position in it: what opening has told already.</param>
/// <param name="found">Called once for each finding.</param>
internal sealed class DamageReport(SegmentList segments, IReadOnlySet<(ulong Segment, long Position)> reported, Action<JournalDamage> found)
{
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Segment, long Position), JournalDamage> _known = [];

    public long Count
    {
        get
        {
            lock (_gate) return _known.Count;
        }
    }

    public IReadOnlyList<JournalDamage> Known
    {
        get
        {
            lock (_gate) return [.. _known.Values];
        }
    }

    public void Report(Segment segment, SkippedBytes bytes, ulong firstMissing, ulong missing)
    {
        if (reported.Contains((segment.FirstOffset, bytes.Position))) return;

        var damage = new JournalDamage(segment.Path, bytes.Position, bytes.Length, firstMissing, missing);
        lock (_gate)
        {
            if (_known.Count >= Most || !_known.TryAdd((segment.FirstOffset, bytes.Position), damage)) return;
        }

        if (bytes.Length > 0) segments.MarkSuspect(segment); // a segment that ends early holds nothing to look at
        found(damage);
    }
}
