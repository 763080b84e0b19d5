using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Rolls up what is new, archives days, deletes what is too old and what was replaced: in bounded steps, between the writes of the sink.</summary>
internal sealed class EmbeddedHousekeeping(
    ReadingStore store, EmbeddedOptions options, TimeProvider clock, ILogger<EmbeddedHousekeeping> logger) : BackgroundService
{
    /// <summary>Between two rounds.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly RollUps _rollUps = new(store, clock);
    private readonly Archive _archive = new(store, options, clock, logger);
    private readonly Retention _retention = new(store, options, clock, logger);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is DuckDBException or IOException || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested)) // a day took too long, or the file was closed
            {
                logger.HousekeepingFailed(e, Every.TotalMinutes);
            }
        }
    }

    /// <summary>All that is to be done now. In this order: nothing is deleted before it is rolled up and, where there is an archive, in there.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        if (store.Problem is not null) return;

        await _retention.DeleteReplacedAsync(cancellation);
        if (options.RollUps) await _rollUps.RoundAsync(cancellation);
        if (options.Archive) await _archive.RoundAsync(cancellation);
        await _retention.DeleteExpiredAsync(cancellation);
    }
}
