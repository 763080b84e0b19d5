using System.Collections.Concurrent;
using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The default sink: DuckDB in this process. Rows and journal offset are one transaction, so each reading is there once.</summary>
internal sealed class EmbeddedStoreSink(
    ReadingStore store, EmbeddedOptions options, TimeProvider clock, ILogger<EmbeddedStoreSink> logger) : ISink
{
    /// <summary>Rows a replay writes in one transaction: live delivery waits as long as that takes.</summary>
    private const int ReplayRows = 10_000;

    private readonly ConcurrentBag<EmbeddedStoreWrite> _returned = [];

    public string Name => "Embedded";

    public int MaxInFlight => 1;

    public TimeSpan Linger => options.Linger;

    public SinkHealth Health => new(CircuitState.None, store.Problem) { Since = store.ProblemSince };

    public SinkHistory History { get; } = new(clock);

    /// <summary>Waits for a file that cannot be opened, and says so in <see cref="Health"/>.</summary>
    /// <returns>Where the file stands; 0 for a new one, which is filled from all that the journal still holds.</returns>
    public async ValueTask<ulong?> OpenAsync(CancellationToken cancellation) => await store.OpenAsync(cancellation);

    public ISinkWrite BeginWrite()
    {
        if (!_returned.TryTake(out var write)) write = new(this, options.MaxBatchReadings);

        write.Catalogue = store.Catalogue ?? throw new InvalidOperationException("OpenAsync has not returned yet.");
        return write;
    }

    public ISinkWrite BeginReplay() => new EmbeddedStoreWrite(this, Math.Min(options.MaxBatchReadings, ReplayRows))
    {
        IsReplay = true,
        Catalogue = store.Catalogue ?? throw new InvalidOperationException("OpenAsync has not returned yet."),
    };

    /// <summary>Tries until the transaction is committed; only shutdown ends it before.</summary>
    public async Task<WriteOutcome> SendAsync(EmbeddedStoreWrite write, ulong next, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await store.WriteAsync(connection => Commit(connection, write, next), cancellation);
                if (!write.IsReplay) store.Committed(next);
                store.Problem = null;
                if (!write.IsReplay) History.Stored();
                if (attempt > 1) logger.WriteRecovered(write.Rows.Count, attempt);
                return new([], attempt);
            }
            catch (Exception e) when (e is DuckDBException or EmbeddedStoreException)
            {
                var pause = ReadingStore.Pause(attempt);
                store.Problem = $"{e.Message.TrimEnd('.')}. Readings wait in the spool.";
                History.Failed("write_failed", e.Message, isRepeated: true);
                logger.WriteFailed(e, write.Rows.Count, attempt, pause.TotalSeconds);
                await Task.Delay(pause, clock, cancellation);
            }
        }
    }

    /// <summary>Takes the buffers of a write that is done with.</summary>
    public void Return(EmbeddedStoreWrite write)
    {
        if (!write.IsReplay && _returned.Count <= MaxInFlight) _returned.Add(write);
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Commit(DuckDBConnection connection, EmbeddedStoreWrite write, ulong next)
    {
        if (write.IsReplay) ReplayTransaction.Commit(connection, write.Catalogue, write);
        else StoreTransaction.Commit(connection, write.Catalogue, write, next);
    }
}
