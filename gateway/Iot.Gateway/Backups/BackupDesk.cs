using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Backups;

/// <summary>Backups of the running gateway, one at a time.</summary>
internal sealed class BackupDesk(DataOptions data, FileSpool spool, IServiceProvider services, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private CountedStream? _sending;

    /// <summary>Bytes sent of the backup that is being made; null while none is.</summary>
    public long? Sent => Volatile.Read(ref _sending)?.Written;

    /// <summary>Why none can be made while the gateway runs, and what to do; null when one can.</summary>
    public string? Hindrance
    {
        get
        {
            try
            {
                _ = services.GetService<ReadingStore>()?.Database;
                return null;
            }
            catch (EmbeddedStoreException e)
            {
                return $"{e.Message} To have a backup all the same, stop the gateway and run 'iot-gateway backup': it takes the files as they are.";
            }
        }
    }

    /// <summary>Null while another backup is made.</summary>
    public IDisposable? TryEnter() => _one.Wait(0) ? new Turn(_one) : null;

    /// <exception cref="IOException">It could not be made, or the spool must not wait for it; what was written is of no use.</exception>
    public async Task<BackupManifest> WriteAsync(Stream to, CancellationToken cancellation)
    {
        var store = services.GetService<ReadingStore>();
        using var writer = new BackupWriter(data.Path, Scratch(data), clock)
        {
            CopyStore = store is null ? null : (path, stop) => Copy(store, path, stop),
            HoldSpool = needed => new(spool.Journal, needed),
        };
        var counted = new CountedStream(to);
        Volatile.Write(ref _sending, counted);
        try
        {
            return await writer.WriteAsync(counted, cancellation);
        }
        finally
        {
            Volatile.Write(ref _sending, null);
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>In the one directory that the database may write to; what an earlier run left there is deleted.</summary>
    public static string Scratch(DataOptions data)
    {
        var path = Path.Combine(StoreDatabase.ExportPath(data.StorePath), "backup");
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return path;
    }

    private static BackedUpStore Copy(ReadingStore store, string path, CancellationToken stop)
    {
        try
        {
            var mark = StoreCopy.Make(store.Database, path, stop);
            return new(mark.NextOffset, mark.Rows);
        }
        catch (DuckDBException e)
        {
            throw new IOException($"The embedded store could not be copied: {e.Message} A backup needs as much free space as the store has readings.", e);
        }
    }

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
