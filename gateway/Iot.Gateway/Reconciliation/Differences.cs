using System.Globalization;
using DuckDB.NET.Data;

namespace Iot.Gateway.Reconciliation;

/// <summary>Names what a comparison found, the first thousand of each kind.</summary>
internal sealed class Differences(ScratchDatabase scratch)
{
    private static readonly string Limit = ReconcileQuestion.MostNamed.ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes what is there of a time before the journal's from what is extra.</summary>
    /// <returns>How many.</returns>
    public long TakeOlder(long? proofFromNs) => proofFromNs is { } from ? scratch.Execute("DELETE FROM extra WHERE time < $1", from) : 0;

    public IReadOnlyList<MissingReading> Missing() => scratch.List(
        $"""
        SELECT n.device, n.measurement, n.field, n.tags, d.time, d.journal_offset, d.reading, m.epoch, m.seq
        FROM missing d JOIN names n USING (series) LEFT JOIN messages m USING (journal_offset)
        ORDER BY d.journal_offset, d.reading, d.time, n.field LIMIT {Limit}
        """,
        row => new MissingReading(Series(row), row.GetInt64(4), row.GetFieldValue<ulong>(5), row.GetInt32(6), Number(row, 7), Number(row, 8)));

    /// <param name="table"><c>extra</c> or <c>doubled</c>.</param>
    public IReadOnlyList<ExtraReading> Extra(string table) => scratch.List(
        $"""
        SELECT n.device, n.measurement, n.field, n.tags, d.time, d.journal_offset FROM {table} d JOIN names n USING (series)
        ORDER BY n.device, n.measurement, n.field, n.tags, d.time LIMIT {Limit}
        """,
        row => new ExtraReading(Series(row), row.GetInt64(4), Number(row, 5)));

    private static SeriesName Series(DuckDBDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));

    private static ulong? Number(DuckDBDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<ulong>(column);
}
