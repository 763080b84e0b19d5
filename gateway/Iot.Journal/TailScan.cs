namespace Iot.Journal;

/// <summary>The last segment, record by record.</summary>
internal sealed record TailScan(ulong NextOffset, long GoodLength, IReadOnlyList<JournalDamage> Damage)
{
    /// <summary>What follows the last good record is torn; what lies between two good ones is damage.</summary>
    public static TailScan Run(IDiskFile file, Segment segment)
    {
        using var scanner = new FrameScanner(file, segment.Mark, segment.FirstOffset);
        var damage = new List<JournalDamage>();
        var next = segment.FirstOffset;
        var good = scanner.Position;

        while (scanner.TryNext(segment.DurableLength, ulong.MaxValue, out var frame, out var skipped))
        {
            if (skipped.Length > 0)
                damage.Add(new(segment.Path, skipped.Position, skipped.Length, next, frame.Offset - next));

            next = frame.Offset + 1;
            good = scanner.Position;
        }

        return new(next, good, damage);
    }
}
