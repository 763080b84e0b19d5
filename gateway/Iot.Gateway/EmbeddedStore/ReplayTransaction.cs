using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Writes messages again, in one transaction: their rows replace the rows of the same offsets, and nothing else changes.</summary>
internal static class ReplayTransaction
{
    private const string Replayed = "journal_offset BETWEEN $1 AND $2 AND journal_offset IN (FROM replayed)";

    public static void Commit(DuckDBConnection connection, SeriesCatalogue catalogue, EmbeddedStoreWrite write)
    {
        if (write.Rows.Count == 0) return;

        connection.Execute("BEGIN TRANSACTION");
        var (first, last) = NameOffsets(connection, write.Rows);
        RollUps.Note(connection, Replayed, first, last); // what goes
        foreach (var table in new[] { "reading_rows", "late_keys" }) connection.Execute($"DELETE FROM {table} WHERE {Replayed}", first, last);

        var series = SeriesTable.Store(connection, catalogue, write.Changed);
        StoreTransaction.AppendRows(connection, write, series);
        RollUps.Note(connection, Replayed, first, last); // and what comes
        DeleteReplaced(connection, write.Rows, first, last);
        connection.Execute("COMMIT");

        foreach (var (changed, row) in series) changed.Row = row;
    }

    private static (ulong First, ulong Last) NameOffsets(DuckDBConnection connection, List<StoreRow> rows)
    {
        connection.Execute("CREATE OR REPLACE TEMP TABLE replayed (journal_offset UBIGINT)");
        using var offsets = connection.CreateAppender("temp", "main", "replayed");
        ulong? previous = null;
        foreach (var row in rows)
        {
            if (row.Offset == previous) continue;

            offsets.CreateRow().AppendValue(row.Offset).EndRow();
            previous = row.Offset;
        }

        offsets.Close();
        return (rows[0].Offset, rows[^1].Offset);
    }

    /// <summary>The later offset wins, also where its late key is gone because housekeeping has deleted what it replaced.</summary>
    private static void DeleteReplaced(DuckDBConnection connection, List<StoreRow> rows, ulong first, ulong last)
    {
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        foreach (var row in rows) (oldest, newest) = (Math.Min(oldest, row.TimeNs), Math.Max(newest, row.TimeNs));

        connection.Execute("""
            DELETE FROM reading_rows AS r WHERE r.journal_offset BETWEEN $1 AND $2 AND r.journal_offset IN (FROM replayed) AND EXISTS (
                SELECT 1 FROM reading_rows o
                WHERE o.time BETWEEN $3 AND $4 AND o.series = r.series AND o.time = r.time AND o.journal_offset > r.journal_offset)
            """, first, last, oldest, newest);
    }
}
