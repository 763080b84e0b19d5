using System.Globalization;
using System.Text.Json;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary>An inspection for a script to read.</summary>
internal static class JournalJson
{
    public static void Write(JournalSummary summary)
    {
        using var output = Terminal.OpenOutput();
        using var json = new Utf8JsonWriter(output, new() { Indented = true });
        json.WriteStartObject();
        json.WriteString("path", summary.Path);
        if (summary.Identity is { } identity) json.WriteString("identity", identity.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartArray("segments");
        foreach (var segment in summary.Segments) Write(json, segment);
        json.WriteEndArray();
        json.WriteStartArray("cursors");
        foreach (var cursor in summary.Cursors) Write(json, cursor, summary.End);
        json.WriteEndArray();
        json.WriteNumber("records", summary.Records);
        json.WriteNumber("bytes", summary.Bytes);
        json.WriteNumber("damagedRanges", summary.DamagedRanges);
        json.WriteNumber("missing", summary.Missing);
        json.WriteBoolean("clean", summary.IsClean);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SegmentInspection segment)
    {
        json.WriteStartObject();
        json.WriteString("file", Path.GetFileName(segment.Path));
        json.WriteNumber("from", segment.From);
        json.WriteNumber("next", segment.Next);
        json.WriteNumber("records", segment.Records);
        json.WriteNumber("bytes", segment.Bytes);
        if (segment.CreatedAt is { } created) json.WriteString("created", created.UtcDateTime);
        json.WriteString("state", JournalTables.StateOf(segment.State));
        if (segment.TornBytes > 0) json.WriteNumber("tornBytes", segment.TornBytes);
        if (segment.Note.Length > 0) json.WriteString("note", segment.Note);
        json.WriteNumber("damagedRanges", segment.DamagedRanges);
        json.WriteStartArray("damage");
        foreach (var damage in segment.Damage)
        {
            json.WriteStartObject();
            json.WriteNumber("position", damage.Position);
            json.WriteNumber("length", damage.Length);
            json.WriteNumber("firstMissing", damage.FirstMissing);
            json.WriteNumber("missing", damage.Missing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CursorInspection cursor, ulong end)
    {
        json.WriteStartObject();
        json.WriteString("name", cursor.Name);
        if (cursor.Offset is { } offset)
        {
            json.WriteNumber("offset", offset);
            json.WriteNumber("behind", end - Math.Min(offset, end));
        }
        else
        {
            json.WriteNull("offset");
        }

        json.WriteEndObject();
    }
}
