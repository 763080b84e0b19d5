using System.Globalization;

namespace Iot.Gateway.Reconciliation;

/// <summary>The statements of a comparison, on the tables of <see cref="Recount"/> and those that <see cref="FoundTables"/> fills.</summary>
/// <remarks>
/// <code>
/// keys, readings, messages   the journal, counted again: a row a reading, with the number of its series
/// for_one                    offsets of records that go to one sink alone
/// spelled                    the series as the sink names them; several numbers may be the same one there
/// refused                    readings that the sink refused for good
/// found_series, found_counts, found_readings    what the sink says it holds
/// names                      every series of either side, once, with the number that both are compared by
/// doubtful                   series and buckets of time in which they may differ: only there is each reading looked at
/// missing, extra, doubled    what differs
/// </code>
/// </remarks>
/// <param name="sink">Whose contents are compared.</param>
/// <param name="widthNs">Of a bucket.</param>
/// <param name="first">Lowest offset that the count speaks of.</param>
/// <param name="upTo">One past the last offset that the sink must hold.</param>
internal sealed class ComparisonSql(string sink, long widthNs, ulong first, ulong upTo)
{
    /// <summary>Rows that are sorted out at once; the rest waits for its turn, so that this fits into memory.</summary>
    private const long RowsAtOnce = 4_000_000;

    public const string Begin = """
        CREATE OR REPLACE TABLE refused (journal_offset UBIGINT, reading INTEGER);
        CREATE OR REPLACE TABLE found_series (id INTEGER, device VARCHAR, measurement VARCHAR, field VARCHAR, tags VARCHAR);
        CREATE OR REPLACE TABLE found_counts (id INTEGER, bucket BIGINT, readings BIGINT);
        CREATE OR REPLACE TABLE found_readings (id INTEGER, time BIGINT, journal_offset UBIGINT);
        CREATE OR REPLACE TABLE expected_counts (series INTEGER, bucket BIGINT, readings BIGINT);
        CREATE OR REPLACE TABLE missing (series INTEGER, time BIGINT, journal_offset UBIGINT, reading INTEGER);
        CREATE OR REPLACE TABLE extra (series INTEGER, time BIGINT, journal_offset UBIGINT);
        CREATE OR REPLACE TABLE doubled (series INTEGER, time BIGINT, journal_offset UBIGINT, times BIGINT);
        """;

    public const string BeginSpelled =
        "CREATE OR REPLACE TABLE spelled (key INTEGER, device VARCHAR, measurement VARCHAR, field VARCHAR, tags VARCHAR)";

    public const string Names = """
        CREATE OR REPLACE TABLE names AS
        SELECT row_number() OVER ()::INTEGER AS series, device, measurement, field, tags FROM (
            SELECT device, measurement, field, tags FROM spelled UNION SELECT device, measurement, field, tags FROM found_series)
        """;

    /// <summary>Series that came up since <see cref="Names"/> are not judged: nothing of them was counted.</summary>
    public const string Numbers = """
        CREATE OR REPLACE TABLE key_series AS SELECT s.key, n.series FROM spelled s JOIN names n USING (device, measurement, field, tags);
        CREATE OR REPLACE TABLE found_numbers AS SELECT f.id, n.series FROM found_series f JOIN names n USING (device, measurement, field, tags);
        """;

    private const string Found = "found_readings f JOIN found_numbers n USING (id)";

    private string Offsets => Text($"r.journal_offset >= {first}::UBIGINT AND r.journal_offset < {upTo}::UBIGINT");

    /// <summary>A reading that the sink must hold, a row each time that it was delivered.</summary>
    private string Required(long keptFromNs) => Text($"""
        SELECT k.series, r.time, r.journal_offset, r.reading, {Bucket("r.time")} AS bucket
        FROM readings r JOIN key_series k USING (key) ANTI JOIN refused x ON x.journal_offset = r.journal_offset AND x.reading = r.reading
            ANTI JOIN for_one o ON o.journal_offset = r.journal_offset AND o.sink <> '{sink}'
        WHERE {Offsets} AND r.time >= {keptFromNs}
        """);

    public static int Rounds(long rows) => (int)(rows / RowsAtOnce) + 1;

    public string CountExpected(long keptFromNs, int round, int rounds) => Text($"""
        INSERT INTO expected_counts SELECT series, bucket, count(DISTINCT time) FROM ({Required(keptFromNs)})
        WHERE hash(series, bucket) % {rounds} = {round} GROUP BY series, bucket
        """);

    /// <param name="all">Doubt everything.</param>
    /// <param name="tail">Doubt, too, where more was delivered while the sink counted.</param>
    public string Doubt(bool all, bool tail) => Text($"""
        CREATE OR REPLACE TABLE doubtful AS SELECT DISTINCT series, bucket FROM (
            SELECT coalesce(e.series, f.series) AS series, coalesce(e.bucket, f.bucket) AS bucket
            FROM expected_counts e FULL JOIN (
                SELECT n.series, c.bucket, sum(c.readings)::BIGINT AS readings FROM found_counts c JOIN found_numbers n USING (id) GROUP BY n.series, c.bucket) f
            ON f.series = e.series AND f.bucket = e.bucket
            WHERE {all} OR e.readings IS DISTINCT FROM f.readings
            UNION ALL
            SELECT k.series, {Bucket("r.time")} FROM readings r JOIN key_series k USING (key) WHERE {tail} AND r.journal_offset >= {upTo}::UBIGINT)
        """);

    /// <summary>Doubtful buckets that follow each other, of one field, as one range; devices by name when they are few.</summary>
    public string Runs => Text($"""
        SELECT measurement, field, min(bucket), max(bucket), CASE WHEN count(DISTINCT device) <= 16 THEN string_agg(DISTINCT device, ',') END
        FROM (SELECT n.*, d.bucket, d.bucket - {widthNs} * dense_rank() OVER (PARTITION BY n.measurement, n.field ORDER BY d.bucket) AS island
            FROM doubtful d JOIN names n USING (series))
        GROUP BY measurement, field, island ORDER BY measurement, field, min(bucket)
        """);

    public string Differ(long keptFromNs, int round, int rounds)
    {
        var turn = Text($"hash(series, time) % {rounds} = {round}");
        return Text($"""
            CREATE OR REPLACE TEMP TABLE there AS SELECT * FROM (
                SELECT n.series, f.time, max(f.journal_offset) AS journal_offset, count(*) AS times
                FROM {Found} SEMI JOIN doubtful d ON d.series = n.series AND d.bucket = {Bucket("f.time")}
                WHERE f.time >= {keptFromNs} GROUP BY n.series, f.time) WHERE {turn};
            INSERT INTO missing SELECT series, time, max(journal_offset), arg_max(reading, journal_offset)
                FROM (SELECT * FROM ({Required(keptFromNs)}) SEMI JOIN doubtful USING (series, bucket)) ANTI JOIN there USING (series, time)
                WHERE {turn} GROUP BY series, time;
            INSERT INTO extra SELECT series, time, journal_offset FROM there ANTI JOIN
                (SELECT * FROM (SELECT k.series, r.time FROM readings r JOIN key_series k USING (key)) WHERE {turn}) USING (series, time);
            INSERT INTO doubled SELECT series, time, journal_offset, times - 1 FROM there WHERE times > 1;
            """);
    }

    private string Bucket(string time) => Text($"({time} - (({time} % {widthNs}) + {widthNs}) % {widthNs})");

    private static string Text(FormattableString sql) => sql.ToString(CultureInfo.InvariantCulture);
}
