using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A query for readings as SQL: columns place, device, measurement, field, tags, time, kind, number, text.</summary>
/// <remarks>Place orders the series, so that rows sort by a number and not by four strings.</remarks>
internal static class ReadingSql
{
    private const string Wanted = """
        WITH wanted AS (
            SELECT id, device, measurement, field, tags, row_number() OVER (ORDER BY device, measurement, field, tags) AS place
            FROM series
            WHERE ($1 IS NULL OR device = $1) AND ($2 IS NULL OR measurement = $2) AND ($3 IS NULL OR field = $3))
        """;

    private const string Source = "FROM current_rows r JOIN wanted w ON w.id = r.series WHERE r.time >= $4 AND r.time < $5";

    public static DuckDBCommand Command(DuckDBConnection connection, ReadingQuery query)
    {
        var limit = (long)Math.Clamp(query.Limit, 1, 1_000_000);
        return query.Every is { } every
            ? connection.Command(Buckets(query.Aggregate), Device(query), query.Measurement, query.Field, query.FromNs, query.ToNs, limit, every.Ticks * TimeSpan.NanosecondsPerTick)
            : connection.Command(Raw, Device(query), query.Measurement, query.Field, query.FromNs, query.ToNs, limit);
    }

    private const string Raw = $"""
        {Wanted}
        SELECT w.place, w.device, w.measurement, w.field, w.tags, r.time, r.kind, r.number, r.text
        {Source} ORDER BY w.place, r.time LIMIT $6
        """;

    /// <summary>Buckets are aligned to 1970, those before it too. Mean, min and max are of numbers; a boolean counts as 1 or 0.</summary>
    private static string Buckets(Aggregate aggregate) => $"""
        {Wanted}
        SELECT any_value(w.place) AS place, any_value(w.device), any_value(w.measurement), any_value(w.field), any_value(w.tags),
            r.time - ((r.time % $7) + $7) % $7 AS bucket, {Values(aggregate)}
        {Source} {(aggregate is Aggregate.Last or Aggregate.Count ? "" : "AND r.number IS NOT NULL")}
        GROUP BY r.series, bucket ORDER BY place, bucket LIMIT $6
        """;

    /// <summary>Kind, number, text of a bucket; kind 0 means a count.</summary>
    private static string Values(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Mean => "1::UTINYINT, avg(r.number), NULL::VARCHAR",
        Aggregate.Min => "1::UTINYINT, min(r.number), NULL::VARCHAR",
        Aggregate.Max => "1::UTINYINT, max(r.number), NULL::VARCHAR",
        Aggregate.Last => "arg_max(r.kind, r.time), arg_max_null(r.number, r.time), arg_max_null(r.text, r.time)",
        _ => "0::UTINYINT, count(*)::DOUBLE, NULL::VARCHAR",
    };

    private static string? Device(ReadingQuery query) => query.Device?.Value;
}
