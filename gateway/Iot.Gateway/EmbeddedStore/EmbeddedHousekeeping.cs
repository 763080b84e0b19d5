using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Deletes what is too old and what was replaced, a bounded number of rows at a time, between the writes of the sink.</summary>
internal sealed class EmbeddedHousekeeping(
    ReadingStore store, EmbeddedOptions options, TimeProvider clock, ILogger<EmbeddedHousekeeping> logger) : BackgroundService
{
    /// <summary>Between two rounds.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>Rows one transaction deletes: some ten milliseconds in which a write waits.</summary>
    private const int StepRows = 100_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is DuckDBException or EmbeddedStoreException)
            {
                logger.HousekeepingFailed(e, Every.TotalMinutes);
            }
        }
    }

    /// <summary>All that is to be done now.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        if (store.Problem is not null) return;

        var replaced = await RepeatAsync(DeleteReplaced, cancellation);
        if (replaced > 0) logger.SupersededDeleted(replaced);
        if (options.RetainFor <= TimeSpan.Zero) return;

        var nowNs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var oldestNs = Math.Min(nowNs, await NewestAsync(cancellation)) - (options.RetainFor.Ticks * TimeSpan.NanosecondsPerTick);
        var expired = await RepeatAsync(connection => DeleteExpired(connection, oldestNs), cancellation);
        if (expired > 0) logger.ReadingsExpired(expired, DateTimeOffset.UnixEpoch.AddTicks(oldestNs / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>Ages count from it: a clock that has run away to a later year must not empty the store.</summary>
    private async Task<long> NewestAsync(CancellationToken cancellation)
    {
        var newest = 0L;
        await store.WriteAsync(connection => newest = connection.Scalar<long>("SELECT coalesce(max(time), 0) FROM reading_rows"), cancellation);
        return newest;
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

    private static (int Rows, bool Done) DeleteExpired(DuckDBConnection connection, long oldestNs)
    {
        var rows = connection.Execute(
            $"DELETE FROM reading_rows WHERE rowid IN (SELECT rowid FROM reading_rows WHERE time < $1 LIMIT {StepRows})", oldestNs);
        return (rows, rows < StepRows);
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
}
