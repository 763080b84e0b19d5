using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Makes minutes of readings and hours of minutes, each of them again when it has got other readings. A consumer with a cursor of its own.</summary>
/// <remarks>
/// Rows know their journal offset, so what is new since the last look is found without a mark at writing. Each step is one
/// transaction that moves the cursor, or makes rows of buckets and takes these from <c>unrolled</c>: a crash repeats it or has it done.
/// A bucket whose readings retention has begun to delete is never made again.
/// </remarks>
internal sealed class RollUps(ReadingStore store, TimeProvider clock)
{
    /// <summary>How long after its end a bucket is still likely to get readings.</summary>
    private const long GraceNs = 15_000_000_000;

    /// <summary>Rows looked through for new buckets in one transaction: some ten milliseconds in which a write waits.</summary>
    private const long StepRows = 300_000;

    /// <summary>Everything that can be rolled up now.</summary>
    /// <returns>Buckets made.</returns>
    public async Task<long> RoundAsync(CancellationToken cancellation)
    {
        var buckets = 0L;
        for (var more = true; more;) // by pieces, so that unrolled stays small after an upgrade, too
        {
            more = await StepAsync(Collect, cancellation) > 0;
            buckets += await RepeatAsync(RollMinutes, cancellation);
        }

        return buckets + await RepeatAsync(RollHours, cancellation);
    }

    /// <summary>Steps until one finds nothing to do; a write may come between two.</summary>
    private async Task<long> RepeatAsync(Func<DuckDBConnection, long> step, CancellationToken cancellation)
    {
        var all = 0L;
        for (var done = await StepAsync(step, cancellation); done > 0; done = await StepAsync(step, cancellation)) all += done;
        return all;
    }

    private async Task<long> StepAsync(Func<DuckDBConnection, long> step, CancellationToken cancellation)
    {
        var done = 0L;
        await store.WriteAsync(connection => done = step(connection), cancellation);
        return done;
    }

    /// <summary>Notes the minutes of the next rows, and moves the cursor over these.</summary>
    private static long Collect(DuckDBConnection connection)
    {
        connection.Execute("BEGIN TRANSACTION");
        var (from, next) = (connection.Scalar<ulong>("SELECT collected FROM store_state"), connection.Scalar<ulong>("SELECT next_offset FROM store_state"));
        if (from >= next) return 0;

        var rows = connection.Scalar<long>("SELECT count(*) FROM reading_rows");
        var offsets = Math.Max(1, StepRows * (double)next / Math.Max(1, rows));
        var to = next - from <= offsets ? next : from + (ulong)offsets;
        Note(connection, "journal_offset >= $1 AND journal_offset < $2", from, to);
        connection.Execute("UPDATE store_state SET collected = $1", to);
        connection.Execute("COMMIT");
        return 1;
    }

    /// <summary>Notes the minutes of rows that are there, for those who write or delete rows of old offsets. In their transaction.</summary>
    /// <param name="rows">Which, as a condition.</param>
    public static void Note(DuckDBConnection connection, string rows, params ReadOnlySpan<object?> parameters)
    {
        connection.Execute($"""
            INSERT INTO unrolled SELECT DISTINCT {RollUpUnit.Minute}, r.series, {RollUpUnit.Bucket("r.time", RollUpUnit.Minute)} AS minute
            FROM (SELECT series, time FROM reading_rows WHERE {rows}) r
            ANTI JOIN (SELECT series, time FROM unrolled WHERE width = {RollUpUnit.Minute}) u ON u.series = r.series AND u.time = {RollUpUnit.Bucket("r.time", RollUpUnit.Minute)}
            """, parameters);
    }

    private long RollMinutes(DuckDBConnection connection)
    {
        connection.Execute("BEGIN TRANSACTION");
        if (Oldest(connection, RollUpUnit.Minute, RollUpUnit.Hour) is not { } hour) return 0;

        var buckets = TakeDue(connection, RollUpUnit.Minute, hour, RollUpUnit.Hour);
        connection.Execute("DELETE FROM due WHERE time < (SELECT raw_from FROM store_state)");
        var from = connection.Scalar<long>($"SELECT coalesce(min(time), {hour}) FROM due"); // mostly the last minute, and not all of its hour
        var to = connection.Scalar<long>($"SELECT coalesce(max(time) + {RollUpUnit.Minute}, {hour}) FROM due");
        connection.Execute("DELETE FROM minute_rows USING due WHERE minute_rows.series = due.series AND minute_rows.time = due.time AND minute_rows.time >= $1 AND minute_rows.time < $2", from, to);
        connection.Execute($"""
            INSERT INTO minute_rows SELECT {RollUpSchema.Compact} FROM (
                SELECT r.series, due.time, {RollUpSchema.OfReadings}
                FROM current_rows r JOIN due ON due.series = r.series AND due.time = {RollUpUnit.Bucket("r.time", RollUpUnit.Minute)}
                WHERE r.time >= {from} AND r.time < {to} GROUP BY r.series, due.time)
            ORDER BY series, time
            """);
        connection.Execute($"""
            INSERT INTO unrolled SELECT DISTINCT {RollUpUnit.Hour}, due.series, {hour} FROM due
            ANTI JOIN (SELECT series FROM unrolled WHERE width = {RollUpUnit.Hour} AND time = {hour}) u ON u.series = due.series
            """);
        ArchiveTables.NoteStale(connection, RollUpUnit.Floor(hour, RollUpUnit.Day));
        connection.Execute("COMMIT");
        return buckets;
    }

    private long RollHours(DuckDBConnection connection)
    {
        connection.Execute("BEGIN TRANSACTION");
        if (Oldest(connection, RollUpUnit.Hour, RollUpUnit.Day) is not { } day) return 0;

        var buckets = TakeDue(connection, RollUpUnit.Hour, day, RollUpUnit.Day);
        connection.Execute("DELETE FROM hour_rows USING due WHERE hour_rows.series = due.series AND hour_rows.time = due.time AND hour_rows.time >= $1 AND hour_rows.time < $2", day, day + RollUpUnit.Day);
        connection.Execute($"""
            INSERT INTO hour_rows SELECT {RollUpSchema.Compact} FROM (
                SELECT p.series, due.time, {RollUpSchema.OfParts}
                FROM minute_parts p JOIN due ON due.series = p.series AND due.time = {RollUpUnit.Bucket("p.time", RollUpUnit.Hour)}
                WHERE p.time >= {day} AND p.time < {day + RollUpUnit.Day} GROUP BY p.series, due.time)
            ORDER BY series, time
            """);
        connection.Execute("COMMIT");
        return buckets;
    }

    /// <summary>Start of the oldest <paramref name="span"/> in which a bucket is due; null when none is.</summary>
    private long? Oldest(DuckDBConnection connection, long width, long span)
    {
        var oldest = connection.Scalar<long>($"SELECT coalesce(min(time), {long.MaxValue}) FROM unrolled WHERE width = $1 AND time + width + {GraceNs} <= $2", width, NowNs);
        return oldest == long.MaxValue ? null : RollUpUnit.Floor(oldest, span);
    }

    /// <summary>Moves the buckets that are due from <c>unrolled</c> to the table <c>due</c>.</summary>
    private long TakeDue(DuckDBConnection connection, long width, long from, long span)
    {
        connection.Execute($"""
            CREATE OR REPLACE TEMP TABLE due AS
                SELECT series, time FROM unrolled WHERE width = {width} AND time >= {from} AND time < {from + span} AND time + width + {GraceNs} <= {NowNs}
            """);
        return connection.Execute($"DELETE FROM unrolled USING due WHERE unrolled.width = {width} AND unrolled.time >= {from} AND unrolled.time < {from + span} AND unrolled.series = due.series AND unrolled.time = due.time");
    }

    private long NowNs => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
