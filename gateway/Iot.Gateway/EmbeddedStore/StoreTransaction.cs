using DuckDB.NET.Data;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Writes rows, new series and the next journal offset in one transaction: all of it, or nothing.</summary>
internal static class StoreTransaction
{
    /// <summary>Rows of the range that an earlier attempt stored are replaced, so that doing it twice changes nothing.</summary>
    public static void Commit(DuckDBConnection connection, SeriesCatalogue catalogue, EmbeddedStoreWrite write, ulong next)
    {
        connection.Execute("BEGIN TRANSACTION");
        var again = write.First < connection.Scalar<ulong>("SELECT next_offset FROM store_state");
        if (again) DeleteRange(connection, write.First, next);

        var series = SeriesTable.Store(connection, catalogue, write.Changed);
        AppendRows(connection, write, series);
        if (again) DeleteReplacedIn(connection, write.First, next);
        if (again) connection.Execute("UPDATE store_state SET collected = least(collected, $1)", write.First);
        connection.Execute("UPDATE store_state SET next_offset = greatest(next_offset, $1)", next);
        connection.Execute("COMMIT");

        foreach (var (changed, row) in series) changed.Row = row;
    }

    public static void AppendRows(DuckDBConnection connection, EmbeddedStoreWrite write, Dictionary<Series, SeriesRow> rows)
    {
        if (write.Rows.Count == 0) return;

        var replaced = write.Replaced();
        using var readings = connection.CreateAppender("reading_rows");
        using var late = connection.CreateAppender("late_keys");
        for (var i = 0; i < write.Rows.Count; i++)
        {
            var row = write.Rows[i];
            if (replaced.Contains(i)) continue;

            var id = rows.Count > 0 && rows.TryGetValue(row.Series, out var fresh) ? fresh.Id : row.Series.Row!.Id;
            Append(readings, row, id);
            if (row.Late) late.CreateRow().AppendValue(id).AppendValue(row.TimeNs).AppendValue(row.Offset).EndRow();
        }

        readings.Close();
        late.Close();
    }

    private static void Append(DuckDBAppender appender, in StoreRow row, int id)
    {
        var line = appender.CreateRow().AppendValue(id).AppendValue(row.TimeNs).AppendValue((byte)row.Kind);
        line = row.Kind is ReadingKind.Float or ReadingKind.Boolean ? line.AppendValue(row.Number) : line.AppendNullValue();
        line = row.Text is null ? line.AppendNullValue() : line.AppendValue(row.Text);
        line.AppendValue(row.Offset).EndRow();
    }

    private static void DeleteRange(DuckDBConnection connection, ulong first, ulong next)
    {
        connection.Execute("DELETE FROM reading_rows WHERE journal_offset >= $1 AND journal_offset < $2", first, next);
        connection.Execute("DELETE FROM late_keys WHERE journal_offset >= $1 AND journal_offset < $2", first, next);
    }

    /// <summary>A range written again may lie below rows that once replaced its own, and whose late keys are gone.</summary>
    private static void DeleteReplacedIn(DuckDBConnection connection, ulong first, ulong next) => connection.Execute("""
        DELETE FROM reading_rows AS r WHERE r.journal_offset >= $1 AND r.journal_offset < $2 AND EXISTS (
            SELECT 1 FROM reading_rows o WHERE o.series = r.series AND o.time = r.time AND o.journal_offset > r.journal_offset)
        """, first, next);
}
