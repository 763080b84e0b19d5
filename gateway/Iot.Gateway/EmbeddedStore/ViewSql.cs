using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A query for readings as SQL over the view of docs/sql.md, for people to take along: the same rows as the gateway's own, of readings alone.</summary>
/// <remarks>Every text from outside goes in through <see cref="Text"/>, and none into the comment.</remarks>
internal static class ViewSql
{
    private const string Series = "device, measurement, field, tags";

    /// <param name="width">Of a chart's buckets, in nanoseconds; null when all readings are few enough for its points.</param>
    public static string Of(ReadingQuery query, long? width = null)
    {
        var sql = width is { } ns ? Chart(query, ns)
            : query is { Every: { } every, Points: null } ? Buckets(query, every.Ticks * TimeSpan.NanosecondsPerTick)
            : $"SELECT time, {Series}, value, text, unit, kind, time_ns\n{Source(query)}";
        return FormattableString.Invariant($"{sql}\nORDER BY {Series}, time_ns\nLIMIT {query.Limit};\n");
    }

    /// <summary>A string as SQL spells it: nothing but a quote needs care.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Buckets(ReadingQuery query, long width)
    {
        var (values, unit) = query.Aggregate switch
        {
            Aggregate.Mean => ("avg(value) AS value", "unit"),
            Aggregate.Min => ("min(value) AS value", "unit"),
            Aggregate.Max => ("max(value) AS value", "unit"),
            Aggregate.Last => ("arg_max_null(value, time_ns) AS value, arg_max_null(text, time_ns) AS text, arg_max(kind, time_ns) AS kind", "unit"),
            _ => ("count(*) AS value", ""),
        };
        return $"""
            SELECT make_timestamp_ns(bucket) AS time, {Series}, {values}{(unit.Length > 0 ? ", unit" : "")}, bucket AS time_ns
            FROM (SELECT *, {Bucket(width)} AS bucket
            {Source(query)}{(query.Aggregate is Aggregate.Last or Aggregate.Count ? "" : "\n  AND value IS NOT NULL")})
            GROUP BY bucket, {Series}{(unit.Length > 0 ? ", unit" : "")}
            """;
    }

    private static string Chart(ReadingQuery query, long width) => $"""
        WITH buckets AS (
          SELECT {Series}, unit, {Bucket(width)} AS bucket,
            min(value) AS low, arg_min(time_ns, value) AS low_ns, arg_min(kind, value) AS low_kind,
            max(value) AS high, arg_max(time_ns, value) AS high_ns, arg_max(kind, value) AS high_kind,
            arg_max(text, time_ns) AS last_text, max(time_ns) AS last_ns, arg_max(kind, time_ns) AS last_kind
          {Source(query)}
          GROUP BY ALL),
        points AS (
          SELECT {Series}, unit, low AS value, NULL AS text, low_kind AS kind, low_ns AS time_ns FROM buckets WHERE low IS NOT NULL
          UNION ALL SELECT {Series}, unit, high, NULL, high_kind, high_ns FROM buckets WHERE high_ns <> low_ns
          UNION ALL SELECT {Series}, unit, NULL, last_text, last_kind, last_ns FROM buckets WHERE low IS NULL)
        SELECT make_timestamp_ns(time_ns) AS time, {Series}, value, text, unit, kind, time_ns
        FROM points
        """;

    /// <summary>Aligned to 1970, before which no query begins.</summary>
    private static string Bucket(long width) => FormattableString.Invariant($"time_ns - time_ns % {width}");

    /// <summary>By the number, since DuckDB skips what it need not read by that.</summary>
    private static string Source(ReadingQuery query) => FormattableString.Invariant(
        $"FROM readings\nWHERE time_ns >= {query.FromNs} AND time_ns < {query.ToNs}{Among("device", query.Device)}{Among("measurement", query.Measurement)}{Among("field", query.Field)}{Among("tags", query.Tags)}");

    private static string Among(string column, AnyOf? names) => names is null ? "" : $"\n  AND {column} IN ({string.Join(", ", names.Names.Select(Text))})";
}
