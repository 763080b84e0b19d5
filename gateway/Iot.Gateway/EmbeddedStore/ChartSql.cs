using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>What a chart of so many points needs: of each bucket the lowest and the highest reading, with their own times and values; of text the last.</summary>
/// <remarks>All readings as they are when they are few enough. A bucket without readings gives nothing, so that gaps stay gaps.</remarks>
internal static class ChartSql
{
    public static DuckDBCommand Command(DuckDBConnection connection, ReadingQuery query, WantedSeries wanted, int points, bool rolled)
    {
        var width = ChartBuckets.Width(query.FromNs, query.ToNs, points, rolled);
        var state = rolled ? RollUpState.Read(connection) : default;
        var sql = rolled && width >= RollUpUnit.Minute && state.Answers(query)
            ? OfRollUps(connection, query, wanted, points, width, state)
            : OfReadings(connection, query, wanted, points, width);
        return wanted.Command(connection, sql);
    }

    private static string OfReadings(DuckDBConnection connection, ReadingQuery query, WantedSeries wanted, int points, long width)
    {
        using var counting = wanted.Command(connection, $"{wanted.Sql} SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM {ReadingSql.Source(query)} GROUP BY r.series)");
        if ((long)counting.ExecuteScalar()! <= points) return ReadingSql.Raw(query, wanted);

        return Extremes(query, wanted.Sql, $"SELECT r.series, {RollUpUnit.Bucket("r.time", width)} AS bucket, {RollUpSchema.OfReadings} FROM {ReadingSql.Source(query)} GROUP BY ALL");
    }

    /// <summary>Few readings are shown as they are; when each minute holds two different numbers at most, the minutes know them all.</summary>
    private static string OfRollUps(DuckDBConnection connection, ReadingQuery query, WantedSeries wanted, int points, long width, RollUpState state)
    {
        var minutes = $"{wanted.Sql}, {RolledParts.Sql(connection, wanted, state, query, byHours: false)}";
        using var counting = wanted.Command(connection, $"""
            {minutes}
            SELECT coalesce(max(n), 0)::BIGINT, coalesce(bool_or(crowded), false)
            FROM (SELECT sum(readings) AS n, bool_or(readings > 2 OR numbers < readings OR (readings = 2 AND low = high)) AS crowded FROM parts GROUP BY series)
            """);
        using var row = counting.ExecuteReader();
        row.Read();
        var (isFew, isCrowded) = (row.GetInt64(0) <= points, row.GetBoolean(1));
        if (isFew && isCrowded && query.FromNs >= state.RawFrom) return ReadingSql.Raw(query, wanted);

        var byHours = !isFew && width % RollUpUnit.Hour == 0;
        var parts = byHours ? $"{wanted.Sql}, {RolledParts.Sql(connection, wanted, state, query, byHours: true)}" : minutes;
        return Extremes(query, parts, $"SELECT p.series, {RollUpUnit.Bucket("p.time", isFew ? RollUpUnit.Minute : width)} AS bucket, {RollUpSchema.OfParts} FROM parts p GROUP BY ALL");
    }

    /// <summary>One row when the lowest and the highest are the same reading.</summary>
    private static string Extremes(ReadingQuery query, string before, string buckets) => $"""
        {before}, buckets AS MATERIALIZED ({buckets}),
        points AS (
            SELECT series, low_time AS time, low_kind AS kind, low AS number, NULL::VARCHAR AS text FROM buckets WHERE numbers > 0
            UNION ALL
            SELECT series, high_time, high_kind, high, NULL FROM buckets WHERE numbers > 0 AND high_time <> low_time
            UNION ALL
            SELECT series, last_time, last_kind, last_number, last_text FROM buckets WHERE numbers = 0)
        SELECT w.place, w.device, w.measurement, w.field, w.tags, p.time, p.kind, p.number, p.text, w.unit
        FROM points p JOIN wanted w ON w.id = p.series ORDER BY w.place, p.time LIMIT {ReadingSql.Limit(query)}
        """;
}
