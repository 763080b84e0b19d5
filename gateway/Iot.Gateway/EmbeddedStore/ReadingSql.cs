using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A query for readings as SQL: columns place, device, measurement, field, tags, time, kind, number, text, unit.</summary>
internal static class ReadingSql
{
    /// <param name="rolled">Roll-ups are kept, and may answer what they know.</param>
    public static DuckDBCommand Command(DuckDBConnection connection, ReadingQuery query, bool rolled)
    {
        connection.Execute("BEGIN TRANSACTION READ ONLY"); // all that is asked on the way sees the same rows
        var wanted = new WantedSeries(query);
        if (query.Points is { } points) return ChartSql.Command(connection, query, wanted, points, rolled);
        if (query.Every is not { } every) return wanted.Command(connection, Raw(query, wanted));

        var width = every.Ticks * TimeSpan.NanosecondsPerTick;
        var sql = rolled && Rolled(connection, query, wanted, width) is { } parts ? parts : OfReadings(query, wanted, width);
        return wanted.Command(connection, sql);
    }

    public static string Raw(ReadingQuery query, WantedSeries wanted) => $"""
        {wanted.Sql}
        SELECT w.place, w.device, w.measurement, w.field, w.tags, r.time, r.kind, r.number, r.text, w.unit
        FROM {Source(query)} {WantedSeries.NotRead(query, "r.time")} ORDER BY w.place, r.time LIMIT {Limit(query)}
        """;

    /// <summary>Roll-ups know whole minutes; null when others are asked for, or when they are far behind.</summary>
    private static string? Rolled(DuckDBConnection connection, ReadingQuery query, WantedSeries wanted, long width)
    {
        if (width % RollUpUnit.Minute != 0) return null;

        var state = RollUpState.Read(connection);
        if (!state.Answers(query)) return null;

        var parts = RolledParts.Sql(connection, wanted, state, query, byHours: width % RollUpUnit.Hour == 0);
        return Ordered(query, $"{wanted.Sql}, {parts}", $"SELECT p.series, {RollUpUnit.Bucket("p.time", width)} AS bucket, {RollUpSchema.OfParts} FROM parts p GROUP BY ALL");
    }

    private static string OfReadings(ReadingQuery query, WantedSeries wanted, long width) => Ordered(
        query, wanted.Sql, $"SELECT r.series, {RollUpUnit.Bucket("r.time", width)} AS bucket, {RollUpSchema.OfReadings} FROM {Source(query)} GROUP BY ALL");

    /// <summary>Buckets are aligned to 1970, those before it too. Mean, min and max are of numbers; a boolean counts as 1 or 0.</summary>
    private static string Ordered(ReadingQuery query, string before, string buckets) => $"""
        {before}
        SELECT w.place, w.device, w.measurement, w.field, w.tags, b.bucket AS time, {Values(query.Aggregate)}, {(query.Aggregate == Aggregate.Count ? "NULL::VARCHAR AS unit" : "w.unit")}
        FROM ({buckets}) b JOIN wanted w ON w.id = b.series
        WHERE {(query.Aggregate is Aggregate.Last or Aggregate.Count ? "true" : "b.numbers > 0")} {WantedSeries.NotRead(query, "b.bucket")}
        ORDER BY w.place, b.bucket LIMIT {Limit(query)}
        """;

    public static string Source(ReadingQuery query)
    {
        var range = TimeRange.Of(query);
        return $"current_rows r JOIN wanted w ON w.id = r.series WHERE r.time >= {range.From} AND r.time < {range.To}";
    }

    public static long Limit(ReadingQuery query) => Math.Max(query.Limit, 1);

    /// <summary>Kind, number, text of a bucket; kind 0 means a count.</summary>
    private static string Values(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Mean => "1::UTINYINT AS kind, b.total / b.numbers AS number, NULL::VARCHAR AS text",
        Aggregate.Min => "1::UTINYINT AS kind, b.low AS number, NULL::VARCHAR AS text",
        Aggregate.Max => "1::UTINYINT AS kind, b.high AS number, NULL::VARCHAR AS text",
        Aggregate.Last => "b.last_kind AS kind, b.last_number AS number, b.last_text AS text",
        _ => "0::UTINYINT AS kind, b.readings::DOUBLE AS number, NULL::VARCHAR AS text",
    };
}
