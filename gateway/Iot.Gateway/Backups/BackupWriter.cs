using System.Formats.Tar;
using Iot.Gateway.Observability;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Backups;

/// <summary>Writes a data directory as a tar file, in an order in which nothing copied can be ahead of the records it came from: the store first, the spool last.</summary>
/// <param name="scratch">For copies of databases; made, and deleted at the end.</param>
internal sealed class BackupWriter(string data, string scratch, TimeProvider clock) : IDisposable
{
    private readonly Dictionary<string, BackedUpFile> _files = new(StringComparer.Ordinal);
    private ulong? _firstOffset;

    /// <summary>Copies the running store to a file; null when nobody has the files open, and they are copied as they are.</summary>
    public Func<string, CancellationToken, BackedUpStore>? CopyStore { get; init; }

    /// <summary>Keeps the spool, once it is known what must be kept.</summary>
    public Func<ulong, BackupHold>? HoldSpool { get; init; }

    /// <summary>Named in the store's directory.</summary>
    public const string StoreName = "readings.duckdb";

    public async Task<BackupManifest> WriteAsync(Stream to, CancellationToken cancellation)
    {
        Directory.CreateDirectory(scratch);
        await using var tar = new TarWriter(to, TarEntryFormat.Pax, leaveOpen: true);
        var store = CopyStore is null ? null : await AddStoreAsync(tar, CopyStore, cancellation);
        foreach (var path in DataFiles.BesideSpool(data, CopyStore is null ? null : StoreName))
        {
            if (DataFiles.IsSqlite(path)) await AddSqliteAsync(tar, path, cancellation);
            else await AddAsync(tar, path, Path.Combine(data, path), cancellation);
        }

        using var hold = HoldSpool?.Invoke(store?.NextOffset ?? ulong.MaxValue);
        await AddSpoolAsync(tar, hold, cancellation);

        var manifest = new BackupManifest(BackupManifest.CurrentFormat, clock.GetUtcNow(), GatewayVersion.Text, _firstOffset ?? 0, store, [.. _files.Values]);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.Name) { DataStream = new MemoryStream(manifest.ToJson()) }, cancellation);
        return manifest;
    }

    public void Dispose()
    {
        if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
    }

    private async Task<BackedUpStore> AddStoreAsync(TarWriter tar, Func<string, CancellationToken, BackedUpStore> copy, CancellationToken cancellation)
    {
        var path = Path.Combine(scratch, StoreName);
        var store = await Task.Run(() => copy(path, cancellation), cancellation);
        await AddAsync(tar, StoreName, path, cancellation);
        File.Delete(path);
        return store;
    }

    /// <summary>By SQLite itself, as of one moment, with what stands in its log.</summary>
    private async Task AddSqliteAsync(TarWriter tar, string path, CancellationToken cancellation)
    {
        var copy = Path.Combine(scratch, Path.GetFileName(path));
        using (var from = new SqliteConnection($"Data Source={Path.Combine(data, path)};Mode=ReadOnly;Pooling=False"))
        using (var into = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            from.Open();
            into.Open();
            from.BackupDatabase(into);
        }

        await AddAsync(tar, path, copy, cancellation);
        File.Delete(copy);
    }

    /// <summary>Cursors before records: one copied later could stand behind them. And each segment as it is now: one that begins meanwhile follows records that the copy of the one before it does not hold.</summary>
    private async Task AddSpoolAsync(TarWriter tar, BackupHold? hold, CancellationToken cancellation)
    {
        foreach (var path in DataFiles.Cursors(data)) await AddAsync(tar, path, Path.Combine(data, path), cancellation);
        foreach (var path in DataFiles.Records(data))
        {
            hold?.Check();
            if (await AddAsync(tar, path, Path.Combine(data, path), cancellation)) _firstOffset ??= DataFiles.OffsetOf(path);
        }
    }

    /// <returns>False when the file has gone: an old segment, or a file of state that was replaced.</returns>
    private async Task<bool> AddAsync(TarWriter tar, string path, string from, CancellationToken cancellation)
    {
        FileStream file;
        try
        {
            file = new(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (IOException) when (!File.Exists(from))
        {
            return false;
        }

        await using var measured = new MeasuredStream(file, DataFiles.IsLines(path) ? WholeLines(file) : file.Length);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = measured, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite }, cancellation);
        _files.Add(path, new(path, measured.Length, measured.Sha256()));
        return true;
    }

    /// <summary>Up to the last newline that is there now.</summary>
    private static long WholeLines(FileStream file)
    {
        var end = file.Length;
        for (; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n') break;
        }

        file.Position = 0;
        return end;
    }
}
