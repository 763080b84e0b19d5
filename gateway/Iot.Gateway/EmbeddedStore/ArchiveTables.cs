using System.Runtime.InteropServices;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>What the store knows about its archive.</summary>
internal static class ArchiveTables
{
    /// <summary>A day's readings have changed. Noted when its files do not show it: they exist, or its older readings do not any more.</summary>
    public static void NoteStale(DuckDBConnection connection, long day) => connection.Execute("""
        INSERT INTO stale_days SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE day = $1)
            AND (EXISTS (SELECT 1 FROM archived_parts WHERE day = $1) OR $1 < (SELECT raw_from FROM store_state))
        """, day);

    /// <summary>Days that are over and not in the archive as they are now, the oldest first; all their readings are in the roll-ups, which know their days.</summary>
    public static List<long> Due(DuckDBConnection connection, long endedBeforeNs)
    {
        var day = RollUpUnit.Bucket("time", RollUpUnit.Day);
        using var command = connection.Command($"""
            SELECT day FROM (
                SELECT DISTINCT {day} AS day FROM hour_rows WHERE time >= {RollUpUnit.Bucket("(SELECT raw_from FROM store_state)", RollUpUnit.Day)}
                EXCEPT SELECT day FROM archived_parts
                UNION SELECT day FROM stale_days)
            WHERE day + {RollUpUnit.Day} <= $1 AND day NOT IN (SELECT {day} FROM unrolled) ORDER BY day
            """, endedBeforeNs);
        using var rows = command.ExecuteReader();
        var days = new List<long>();
        while (rows.Read()) days.Add(rows.GetInt64(0));
        return days;
    }

    /// <summary>Start of the first day whose readings are not all in the archive.</summary>
    public static long UnsafeFrom(DuckDBConnection connection)
    {
        var day = RollUpUnit.Bucket("time", RollUpUnit.Day);
        return connection.Scalar<long>($"""
            SELECT coalesce(min(day), {RollUpUnit.Latest}) FROM (
                SELECT {day} AS day FROM hour_rows WHERE time >= {RollUpUnit.Bucket("(SELECT raw_from FROM store_state)", RollUpUnit.Day)}
                UNION ALL SELECT {day} FROM unrolled
                EXCEPT SELECT day FROM archived_parts
                UNION ALL SELECT day FROM stale_days)
            """);
    }

    /// <summary>How a day stands.</summary>
    public static ArchivedDay Read(DuckDBConnection connection, long day)
    {
        using var command = connection.Command("""
            SELECT count(*) FILTER (file LIKE 'part-%'), coalesce(max(to_offset), 0), (SELECT raw_from FROM store_state), (SELECT collected FROM store_state)
            FROM archived_parts WHERE day = $1
            """, day);
        using var row = command.ExecuteReader();
        row.Read();
        return new((int)row.GetInt64(0), row.GetFieldValue<ulong>(1), row.GetInt64(2), row.GetFieldValue<ulong>(3));
    }

    /// <summary>The files of a day are on disk and equal to the table. Their rows replace those of the same names.</summary>
    public static void Commit(DuckDBConnection connection, long day, IReadOnlyList<ArchivedPart> parts)
    {
        connection.Execute("BEGIN TRANSACTION");
        foreach (var part in parts)
        {
            connection.Execute("DELETE FROM archived_parts WHERE day = $1 AND file = $2", day, part.File);
            connection.Execute("INSERT INTO archived_parts VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                day, part.File, part.Times.From, part.Times.To, part.FromOffset, part.ToOffset, part.Rows, part.Checksum, part.Bytes);
        }

        connection.Execute("DELETE FROM stale_days WHERE day = $1", day);
        connection.Execute("COMMIT");
    }
}

/// <param name="Parts">Files that hold the whole day between them; 0 when it was not archived, or only late readings of it.</param>
/// <param name="ArchivedTo">No reading noted with this offset or a later one is in a file.</param>
/// <param name="RawFrom">Readings before it are deleted.</param>
/// <param name="Collected">Up to this offset the roll-ups have seen everything.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ArchivedDay(int Parts, ulong ArchivedTo, long RawFrom, ulong Collected);

/// <summary>One file of the archive.</summary>
internal sealed record ArchivedPart(string File, TimeRange Times, ulong FromOffset, ulong ToOffset, long Rows, ulong Checksum, long Bytes);
