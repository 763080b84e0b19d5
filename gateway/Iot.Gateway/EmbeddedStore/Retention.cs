using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Deletes readings, minutes and hours that are too old, and readings that were replaced, a bounded number at a time.</summary>
internal sealed class Retention(ReadingStore store, EmbeddedOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>Rows one transaction deletes: some ten milliseconds in which a write waits.</summary>
    private const int StepRows = 100_000;

    public async Task DeleteReplacedAsync(CancellationToken cancellation)
    {
        var replaced = await RepeatAsync(DeleteReplaced, cancellation);
        if (replaced > 0) logger.SupersededDeleted(replaced);
    }

    /// <summary>Readings go by whole hours, with an archive by whole days, so that a roll-up is made of all of its readings or never again.</summary>
    public async Task DeleteExpiredAsync(CancellationToken cancellation)
    {
        if (options.RetainFor <= TimeSpan.Zero) return;

        var agesFrom = Math.Min(NowNs, await NewestAsync(cancellation));
        var oldestNs = RollUpUnit.Floor(agesFrom - Ns(options.RetainFor), RollUpUnit.Hour);
        await store.WriteAsync(connection => oldestNs = BeginExpiry(connection, oldestNs), cancellation);
        var expired = await RepeatAsync(connection => DeleteExpired(connection, oldestNs), cancellation);
        if (expired > 0) logger.ReadingsExpired(expired, DateTimeOffset.UnixEpoch.AddTicks(oldestNs / TimeSpan.NanosecondsPerTick));
        if (options.RollUpFor <= TimeSpan.Zero) return;

        var oldestRolledNs = RollUpUnit.Floor(Math.Min(agesFrom - Ns(options.RollUpFor), oldestNs), RollUpUnit.Hour); // the archive knows its days by their hours
        foreach (var table in new[] { "minute_rows", "hour_rows" })
            await RepeatAsync(connection => Delete(connection, table, $"time < {oldestRolledNs}"), cancellation);
    }

    /// <summary>Ages count from it: a clock that has run away to a later year must not empty the store.</summary>
    private Task<long> NewestAsync(CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var connection = store.Database.Connect(); // all rows are looked at: no write waits for that
            return connection.Scalar<long>("SELECT coalesce(max(time), 0) FROM reading_rows");
        },
        cancellation);

    /// <summary>From here on nobody makes roll-ups of what is older.</summary>
    private long BeginExpiry(DuckDBConnection connection, long oldestNs)
    {
        if (options.Archive) oldestNs = Math.Min(RollUpUnit.Floor(oldestNs, RollUpUnit.Day), ArchiveTables.UnsafeFrom(connection));
        connection.Execute("UPDATE store_state SET raw_from = $1 WHERE raw_from < $1", oldestNs);
        return oldestNs;
    }

    /// <summary>What came too late for the roll-ups goes too, after it was looked at, and was archived where there is an archive.</summary>
    private (int Rows, bool Done) DeleteExpired(DuckDBConnection connection, long oldestNs)
    {
        var seen = options.RollUps ? "AND journal_offset < (SELECT collected FROM store_state)" : "";
        return Delete(connection, "reading_rows", $"time < {oldestNs} {seen}");
    }

    private static (int Rows, bool Done) Delete(DuckDBConnection connection, string table, string which)
    {
        var rows = connection.Execute($"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {which} LIMIT {StepRows})");
        return (rows, rows < StepRows);
    }

    /// <summary>Steps until one finds nothing to do.</summary>
    private async Task<long> RepeatAsync(Func<DuckDBConnection, (int Rows, bool Done)> step, CancellationToken cancellation)
    {
        var rows = 0L;
        for (var done = false; !done;)
        {
            await store.WriteAsync(
                connection =>
                {
                    (var deleted, done) = step(connection);
                    rows += deleted;
                },
                cancellation);
        }

        return rows;
    }

    /// <summary>Takes the oldest late keys, deletes the rows that each of them replaced, then the keys.</summary>
    private static (int Rows, bool Done) DeleteReplaced(DuckDBConnection connection)
    {
        connection.Execute("BEGIN TRANSACTION");
        connection.Execute($"""
            CREATE OR REPLACE TEMP TABLE settled AS
            SELECT rowid AS place, series, time, journal_offset FROM late_keys ORDER BY time LIMIT {StepRows}
            """);
        var keys = connection.Scalar<int>("SELECT count(*) FROM settled");
        if (keys == 0) return (0, true); // undone with the connection

        var rows = connection.Execute("""
            DELETE FROM reading_rows AS r USING settled s
            WHERE s.series = r.series AND s.time = r.time AND s.journal_offset > r.journal_offset
            """);
        connection.Execute("DELETE FROM late_keys WHERE rowid IN (SELECT place FROM settled)");
        connection.Execute("COMMIT");
        return (rows, keys < StepRows);
    }

    private long NowNs => Ns(clock.GetUtcNow() - DateTimeOffset.UnixEpoch);

    private static long Ns(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
