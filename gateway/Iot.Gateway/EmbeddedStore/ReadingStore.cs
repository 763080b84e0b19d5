using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Owns the store's file: opens it, however long that takes, and lets one at a time write.</summary>
internal sealed class ReadingStore(string path, EmbeddedOptions options, TimeProvider clock, ILogger<ReadingStore> logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Up to this many rows the newest reading of each series is found by looking at all of them: 0.1 s.</summary>
    private const long SmallStore = 20_000_000;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile StoreDatabase? _database;
    private readonly Lock _gate = new();
    private volatile string? _problem = "The embedded store is not open yet; readings wait in the spool.";
    private DateTimeOffset? _problemSince = clock.GetUtcNow();
    private ulong _next;

    /// <summary>What keeps it from working now, as a sentence; null when nothing does.</summary>
    public string? Problem
    {
        get => _problem;
        set
        {
            lock (_gate)
            {
                if (value is null || _problem is null) _problemSince = value is null ? null : clock.GetUtcNow();
                _problem = value;
            }
        }
    }

    /// <summary>Since when there is a problem, whatever it was called meanwhile; null when there is none.</summary>
    public DateTimeOffset? ProblemSince
    {
        get
        {
            lock (_gate) return _problemSince;
        }
    }

    public string Path => path;

    /// <summary>Identity of the journal that fills it: offsets of another one mean other readings. 0, for tests, is not compared.</summary>
    public ulong Journal { get; init; }

    /// <summary>Known once it was open.</summary>
    public SeriesCatalogue? Catalogue { get; private set; }

    /// <summary>For readers.</summary>
    /// <exception cref="EmbeddedStoreException">It is not open; the message says why.</exception>
    public StoreDatabase Database => _database ?? throw EmbeddedStoreException.NotOpen(path, _problem ?? "The embedded store is closed; readings wait in the spool.");

    /// <summary>Opens the file, trying until it succeeds: one that a person must see to may be seen to while we run.</summary>
    /// <returns>The next journal offset the store needs; 0 for a new file.</returns>
    public async Task<ulong> OpenAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Task.Run(Open, cancellation);
                Problem = null;
                return _next;
            }
            catch (Exception e) when (e is EmbeddedStoreException or DuckDBException)
            {
                Problem = $"{e.Message.TrimEnd('.')}. Readings wait in the spool.";
                if (attempt == 1) logger.OpenFailed(e, path, LongestPause.TotalSeconds);
                await Task.Delay(Pause(attempt), clock, cancellation);
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> on a connection of its own, alone among those that write; what it did not commit is undone.</summary>
    /// <exception cref="DuckDBException">Nothing was written.</exception>
    /// <exception cref="EmbeddedStoreException">The file cannot be opened; nothing was written.</exception>
    public async Task WriteAsync(Action<DuckDBConnection> work, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await Task.Run(() => Write(work), CancellationToken.None); // once begun it ends, well or badly
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The rows up to here are committed: what a file opened again must say, too.</summary>
    public void Committed(ulong next) => _next = Math.Max(_next, next);

    /// <summary>How long to wait after a failed attempt: 100 ms, twice as long each time, 30 s at most.</summary>
    public static TimeSpan Pause(int attempt)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempt - 1, 16));
        return pause < LongestPause ? pause : LongestPause;
    }

    public void Dispose()
    {
        Problem = "The embedded store is closed; readings wait in the spool.";
        Interlocked.Exchange(ref _database, null)?.Dispose();
        _writing.Dispose();
    }

    private void Write(Action<DuckDBConnection> work)
    {
        if (_database is null) OpenAgain();
        try
        {
            using var connection = Database.Connect();
            work(connection);
        }
        catch (DuckDBException e) when (MustReopen(e))
        {
            logger.StoreReopening(e);
            Interlocked.Exchange(ref _database, null)?.Dispose(); // the next attempt opens it
            throw;
        }
    }

    /// <summary>After such an error DuckDB refuses everything until the file is closed and opened.</summary>
    private static bool MustReopen(DuckDBException e) =>
        e.ErrorType is DuckDBErrorType.Fatal or DuckDBErrorType.Internal || e.Message.Contains("has been invalidated", StringComparison.Ordinal);

    private void Open()
    {
        var database = StoreDatabase.Open(path, options);
        ParquetFile.RemoveLeft(path);
        try
        {
            using var connection = database.Connect();
            Catalogue = SeriesTable.Load(connection, options.CachedSeries, LooksBackTo(connection));
            _next = connection.Scalar<ulong>("SELECT next_offset FROM store_state");
            Belong(connection);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _database = database;
        if (database.UpgradedFrom is { } version) logger.StoreUpgraded(path, version, StoreSchema.Version);
        logger.StoreOpened(path, Catalogue.Count, _next);
    }

    private void Belong(DuckDBConnection connection)
    {
        if (Journal == 0) return;

        var filledBy = connection.Scalar<ulong>("SELECT journal FROM store_state");
        if (filledBy == Journal) return;
        if (_next > 0 && filledBy != 0)
            throw new EmbeddedStoreException(path, "it was filled from another spool", "Put that spool back, or move the file away: a new one is filled from what this spool holds.");

        connection.Execute("UPDATE store_state SET journal = $1", Journal);
    }

    /// <summary>In a large store only the last day is looked at; readings older than that count as late, which costs time, not truth.</summary>
    private long LooksBackTo(DuckDBConnection connection)
    {
        if (connection.Scalar<long>("SELECT count(*) FROM reading_rows") <= SmallStore) return long.MinValue + 1;

        return (clock.GetUtcNow() - TimeSpan.FromDays(1) - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    private void OpenAgain()
    {
        var database = StoreDatabase.Open(path, options);
        using (var connection = database.Connect())
        {
            var next = connection.Scalar<ulong>("SELECT next_offset FROM store_state");
            if (next < _next)
            {
                database.Dispose();
                throw new EmbeddedStoreException(path, $"it stands at offset {next}, before {_next}, where it stood", "Restart the gateway: it goes on from where the file stands.");
            }
        }

        _database = database;
    }
}
