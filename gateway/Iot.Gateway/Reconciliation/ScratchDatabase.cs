using System.Globalization;
using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Reconciliation;

/// <summary>Where one reconciliation keeps what it counts: a DuckDB file of its own in the data directory, gone when it ends.</summary>
/// <remarks>So memory stays what it is however much is counted, and the disk keeps room for the journal. One owner at a time.</remarks>
internal sealed class ScratchDatabase : IDisposable
{
    public const string FileName = "reconcile.duckdb";
    private const long MemoryLimit = 256L << 20;

    private readonly string _path;
    private readonly long _keepFree;
    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _cancellation;

    private ScratchDatabase(string path, long keepFree, DuckDBConnection connection, CancellationToken cancellation)
    {
        (_path, _keepFree, _connection, _cancellation) = (path, keepFree, connection, cancellation);
    }

    /// <param name="keepFree">Bytes of the disk that it leaves to others.</param>
    /// <param name="cancellation">Ends a statement under way, too.</param>
    public static ScratchDatabase Create(string directory, long keepFree, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(Path.Combine(directory, FileName));
        Delete(path); // what a crash left behind
        var connection = new DuckDBConnection(new DuckDBConnectionStringBuilder
        {
            DataSource = path,
            Threads = 1,
            MemoryLimit = $"{MemoryLimit.ToString(CultureInfo.InvariantCulture)}B",
            AutoloadKnownExtensions = false,
            AutoinstallKnownExtensions = false,
        }.ToString());
        connection.Open();
        return new(path, keepFree, connection, cancellation);
    }

    /// <returns>Rows changed.</returns>
    /// <exception cref="IOException">The disk has not enough room left.</exception>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        EnsureRoom();
        using var command = _connection.Command(sql, parameters);
        using var interrupt = _cancellation.Register(command.Cancel);
        _cancellation.ThrowIfCancellationRequested();
        try
        {
            return command.ExecuteNonQuery();
        }
        catch (DuckDBException e) when (_cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The reconciliation was stopped.", e, _cancellation);
        }
    }

    public long Number(string sql) => _connection.Scalar<long>(sql);

    /// <summary>All rows of an answer that is known to be short.</summary>
    public List<T> List<T>(string sql, Func<DuckDBDataReader, T> read)
    {
        var rows = new List<T>();
        Each(sql, row => rows.Add(read(row)));
        return rows;
    }

    public void Each(string sql, Action<DuckDBDataReader> take)
    {
        using var command = _connection.Command(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read()) take(reader);
    }

    public DuckDBAppender Appender(string table) => _connection.CreateAppender(table);

    /// <exception cref="IOException">The disk has not enough room left.</exception>
    public void EnsureRoom()
    {
        var free = new DriveInfo(_path).AvailableFreeSpace;
        if (free >= _keepFree) return;

        throw new IOException(string.Create(CultureInfo.InvariantCulture,
            $"'{_path}': only {free >> 20} MiB are free, and {_keepFree >> 20} MiB are left to the journal. Nothing was changed; make room, or count less at once with a device or a range of time."));
    }

    public void Dispose()
    {
        _connection.Dispose();
        Delete(_path);
    }

    private static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(path + ".wal");
        if (Directory.Exists(path + ".tmp")) Directory.Delete(path + ".tmp", recursive: true);
    }
}
