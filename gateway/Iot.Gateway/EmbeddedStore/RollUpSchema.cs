namespace Iot.Gateway.EmbeddedStore;

/// <summary>The tables of the roll-ups, and how a bucket is reckoned: from readings, or from smaller buckets.</summary>
/// <remarks>
/// <code>
/// minute_rows   one row a series and minute that has ended
/// hour_rows     the same of hours, made from minutes
/// unrolled      minutes and hours whose row is missing or no longer true: they hold new readings, or have not ended
/// </code>
/// Of a bucket with one reading only the last one is kept, since it is the lowest and the highest, too; the views *_parts say so.
/// </remarks>
internal static class RollUpSchema
{
    private const string Columns = """
        series INTEGER NOT NULL, time BIGINT NOT NULL, readings BIGINT NOT NULL, numbers BIGINT NOT NULL, total DOUBLE,
        low DOUBLE, low_time BIGINT, low_kind UTINYINT, high DOUBLE, high_time BIGINT, high_kind UTINYINT,
        last_time BIGINT NOT NULL, last_kind UTINYINT NOT NULL, last_number DOUBLE, last_text VARCHAR
        """;

    private const string Whole = """
        series, time, readings, numbers,
        CASE WHEN readings = 1 THEN last_number ELSE total END AS total,
        CASE WHEN readings = 1 THEN last_number ELSE low END AS low,
        CASE WHEN readings = 1 THEN last_time ELSE low_time END AS low_time,
        CASE WHEN readings = 1 THEN last_kind ELSE low_kind END AS low_kind,
        CASE WHEN readings = 1 THEN last_number ELSE high END AS high,
        CASE WHEN readings = 1 THEN last_time ELSE high_time END AS high_time,
        CASE WHEN readings = 1 THEN last_kind ELSE high_kind END AS high_kind,
        last_time, last_kind, last_number, last_text
        """;

    private const string Named = """
        make_timestamp_ns(p.time) AS time, s.device, s.measurement, s.field, s.unit, s.tags, p.readings,
        p.total / nullif(p.numbers, 0) AS mean, p.low AS min, p.high AS max, p.last_number AS last, p.last_text,
        make_timestamp_ns(p.last_time) AS last_time, p.time AS time_ns
        """;

    /// <summary>Of the rows <c>r</c> of a bucket; columns as in the tables, after series and time.</summary>
    public const string OfReadings = """
        count(*) AS readings, count(r.number) AS numbers, sum(r.number) AS total,
        min(r.number) AS low, arg_min(r.time, r.number) AS low_time, arg_min(r.kind, r.number) AS low_kind,
        max(r.number) AS high, arg_max(r.time, r.number) AS high_time, arg_max(r.kind, r.number) AS high_kind,
        max(r.time) AS last_time, arg_max(r.kind, r.time) AS last_kind, arg_max_null(r.number, r.time) AS last_number, arg_max_null(r.text, r.time) AS last_text
        """;

    /// <summary>Of the parts <c>p</c> of a bucket.</summary>
    public const string OfParts = """
        sum(p.readings)::BIGINT AS readings, sum(p.numbers)::BIGINT AS numbers, sum(p.total) AS total,
        min(p.low) AS low, arg_min(p.low_time, p.low) AS low_time, arg_min(p.low_kind, p.low) AS low_kind,
        max(p.high) AS high, arg_max(p.high_time, p.high) AS high_time, arg_max(p.high_kind, p.high) AS high_kind,
        max(p.last_time) AS last_time, arg_max(p.last_kind, p.last_time) AS last_kind,
        arg_max_null(p.last_number, p.last_time) AS last_number, arg_max_null(p.last_text, p.last_time) AS last_text
        """;

    /// <summary>From the columns above to those of a table: what one reading says anyhow is left out.</summary>
    public const string Compact = """
        series, time, readings, numbers, CASE WHEN readings > 1 THEN total END,
        CASE WHEN readings > 1 THEN low END, CASE WHEN readings > 1 THEN low_time END, CASE WHEN readings > 1 THEN low_kind END,
        CASE WHEN readings > 1 THEN high END, CASE WHEN readings > 1 THEN high_time END, CASE WHEN readings > 1 THEN high_kind END,
        last_time, last_kind, last_number, last_text
        """;

    public const string Create = $"""
        CREATE TABLE minute_rows ({Columns});
        CREATE TABLE hour_rows ({Columns});
        CREATE TABLE unrolled (width BIGINT NOT NULL, series INTEGER NOT NULL, time BIGINT NOT NULL);
        CREATE VIEW minute_parts AS SELECT {Whole} FROM minute_rows;
        CREATE VIEW hour_parts AS SELECT {Whole} FROM hour_rows;
        CREATE VIEW minutes AS SELECT {Named} FROM minute_parts p JOIN series s ON s.id = p.series;
        CREATE VIEW hours AS SELECT {Named} FROM hour_parts p JOIN series s ON s.id = p.series;
        """;
}
