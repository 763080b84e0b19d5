using DuckDB.NET.Data;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Reads and writes the table <c>series</c>.</summary>
internal static class SeriesTable
{
    private const string Loading = """
        SELECT s.id, s.device, s.measurement, s.field, s.tags, s.kind, s.unit, coalesce(n.newest, $1)
        FROM series s LEFT JOIN (SELECT series, max(time) AS newest FROM reading_rows WHERE time >= $1 GROUP BY series) n ON n.series = s.id
        """;

    /// <summary>Takes the series into memory, as many as fit.</summary>
    /// <param name="sinceNs">Rows older than this are not looked at: every series counts as having one that old.</param>
    public static SeriesCatalogue Load(DuckDBConnection connection, int capacity, long sinceNs)
    {
        var newest = connection.Scalar<long>($"SELECT coalesce(max(time), {long.MinValue + 1}) FROM reading_rows");
        var catalogue = new SeriesCatalogue(capacity, connection.Scalar<int>("SELECT coalesce(max(id), 0) FROM series"), newest);
        using var command = connection.Command(Loading, sinceNs);
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var key = SeriesKey.Of(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4));
            var row = new SeriesRow(reader.GetInt32(0), (ReadingKind)reader.GetByte(5), reader.StringOrNull(6));
            if (!catalogue.Load(new(key, reader.GetInt64(7)) { Row = row })) break;
        }

        return catalogue;
    }

    /// <summary>Brings the table in line with a write, inside its transaction.</summary>
    /// <returns>The rows that hold once it is committed; a series without one of its own has it in <see cref="Series.Row"/>.</returns>
    public static Dictionary<Series, SeriesRow> Store(
        DuckDBConnection connection, SeriesCatalogue catalogue, IReadOnlyDictionary<Series, (ReadingKind Kind, string? Unit)> changed)
    {
        var rows = new Dictionary<Series, SeriesRow>();
        if (changed.Count == 0) return rows;

        var known = Known(connection, catalogue, changed.Keys);
        using var appender = connection.CreateAppender("series");
        foreach (var (series, (kind, unit)) in changed)
        {
            if ((series.Row ?? known.GetValueOrDefault(series.Key)) is { } before)
            {
                rows[series] = new(before.Id, kind, unit);
                if (before.Kind != kind || !string.Equals(before.Unit, unit, StringComparison.Ordinal))
                    connection.Execute("UPDATE series SET kind = $1, unit = $2 WHERE id = $3", (byte)kind, unit, before.Id);
                continue;
            }

            var row = new SeriesRow(catalogue.NextId(), kind, unit);
            rows[series] = known[series.Key] = row;
            Append(appender, series, row);
        }

        appender.Close();
        return rows;
    }

    private static void Append(DuckDBAppender appender, Series series, SeriesRow row)
    {
        var parts = SeriesKey.Parts(series.Key);
        var line = appender.CreateRow().AppendValue(row.Id);
        foreach (var part in parts) line.AppendValue(part);
        line.AppendValue((byte)row.Kind).AppendValue(row.Unit).EndRow();
    }

    /// <summary>Rows of series that were not in memory; with all of them in memory there is nothing to look up.</summary>
    private static Dictionary<byte[], SeriesRow> Known(DuckDBConnection connection, SeriesCatalogue catalogue, IEnumerable<Series> changed)
    {
        var known = new Dictionary<byte[], SeriesRow>(SeriesKeyComparer.Instance);
        if (catalogue.IsComplete) return known;

        connection.Execute("CREATE OR REPLACE TEMP TABLE wanted (device VARCHAR, measurement VARCHAR, field VARCHAR, tags VARCHAR)");
        using (var wanted = connection.CreateAppender("temp", "main", "wanted"))
        {
            foreach (var series in changed.Where(series => series.Row is null))
            {
                var line = wanted.CreateRow();
                foreach (var part in SeriesKey.Parts(series.Key)) line.AppendValue(part);
                line.EndRow();
            }

            wanted.Close();
        }

        using var command = connection.Command("SELECT id, device, measurement, field, tags, kind, unit FROM series SEMI JOIN wanted USING (device, measurement, field, tags)");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var key = SeriesKey.Of(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4));
            known[key] = new(reader.GetInt32(0), (ReadingKind)reader.GetByte(5), reader.StringOrNull(6));
        }

        return known;
    }
}
