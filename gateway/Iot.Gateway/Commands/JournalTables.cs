using System.Globalization;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary>An inspection for a person to read.</summary>
internal static class JournalTables
{
    public static void Write(JournalSummary summary)
    {
        Terminal.Line($"journal   {summary.Path}{(summary.Identity is { } identity ? string.Create(CultureInfo.InvariantCulture, $", identity {identity:x16}") : "")}");
        Terminal.Line();
        if (summary.Segments.Count > 0)
        {
            Terminal.Table(["segment", "from", "to", "records", "bytes", "created", "state"], [.. summary.Segments.Select(Row)]);
            Terminal.Line();
        }

        if (summary.Cursors.Count > 0)
        {
            Terminal.Table(["cursor", "offset", "records behind"], [.. summary.Cursors.Select(cursor => Row(cursor, summary.End))]);
            Terminal.Line();
        }

        foreach (var segment in summary.Segments) Findings(segment);
        Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Segments.Count} segments, {summary.Records} records, {summary.Bytes} bytes; {summary.DamagedRanges} damaged ranges, {summary.Missing} records missing."));
    }

    public static string StateOf(SegmentState state) => state == SegmentState.TornTail ? "torn tail" : state.ToString().ToLowerInvariant();

    private static string[] Row(SegmentInspection segment) =>
    [
        Path.GetFileName(segment.Path), Text(segment.From), segment.Next > segment.From ? Text(segment.Next - 1) : "-", Text(segment.Records), Text(segment.Bytes),
        segment.CreatedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "?", StateOf(segment.State),
    ];

    private static string[] Row(CursorInspection cursor, ulong end) => cursor.Offset is { } offset
        ? [cursor.Name, Text(offset), Text(end - Math.Min(offset, end))]
        : [cursor.Name, "unreadable", "all: it starts again at the first offset"];

    private static void Findings(SegmentInspection segment)
    {
        var name = Path.GetFileName(segment.Path);
        if (segment.Note.Length > 0) Terminal.Line($"{name}: {segment.Note}.");
        foreach (var damage in segment.Damage) Terminal.Line($"{name}: {Sentence(damage)}");
        if (segment.DamagedRanges > segment.Damage.Count) Terminal.Line($"{name}: and {segment.DamagedRanges - segment.Damage.Count} more damaged ranges.");
        if (segment.TornBytes > 0)
            Terminal.Line($"{name}: the last {segment.TornBytes} bytes are a write that is under way or was interrupted; nothing in them was acknowledged.");
    }

    private static string Sentence(JournalDamage damage)
    {
        var what = damage.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{damage.Length} bytes at byte {damage.Position} are not what was written; ")
            : string.Create(CultureInfo.InvariantCulture, $"something is missing at byte {damage.Position}; ");
        return what + damage.Missing switch
        {
            0 => "which offsets stood there is not known.",
            1 => $"offset {Text(damage.FirstMissing)} cannot be read.",
            _ => $"offsets {Text(damage.FirstMissing)} to {Text(damage.FirstMissing + damage.Missing - 1)} cannot be read.",
        };
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
