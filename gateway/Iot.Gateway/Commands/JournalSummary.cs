using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary>All that an inspection found; a line a segment, however large they are.</summary>
internal sealed record JournalSummary(
    string Path, ulong? Identity, IReadOnlyList<SegmentInspection> Segments, IReadOnlyList<CursorInspection> Cursors)
{
    /// <summary>One past the last record that the journal would deliver.</summary>
    public ulong End => Segments.Where(IsRead).Select(segment => segment.Next).DefaultIfEmpty().Max();

    public long Records => Segments.Where(IsRead).Sum(segment => segment.Records);

    public long Bytes => Segments.Sum(segment => segment.Bytes);

    public long DamagedRanges => Segments.Sum(segment => segment.DamagedRanges);

    public ulong Missing => Segments.Aggregate(0UL, (sum, segment) => sum + segment.Missing);

    public bool IsClean => Segments.All(segment => segment.IsClean) && Cursors.All(cursor => cursor.Offset is not null);

    /// <summary>Cursors first: one read later could stand beyond what was seen.</summary>
    public static JournalSummary Of(JournalInspector inspector)
    {
        var cursors = inspector.Cursors();
        return new(inspector.Path, inspector.Identity, [.. inspector.Segments()], cursors);
    }

    private static bool IsRead(SegmentInspection segment) => segment.State is not (SegmentState.Foreign or SegmentState.Damaged);
}
