using System.Globalization;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The open database file: connections in this process share it, one of them writing at a time.</summary>
/// <remarks>Nobody can make it touch another file or change its settings: both are switched off before anyone is let in.</remarks>
internal sealed class StoreDatabase : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly string _connectionString;

    private readonly DuckDBConnection _anchor;

    private StoreDatabase(string path, string connectionString, DuckDBConnection anchor)
    {
        Path = path;
        _connectionString = connectionString;
        _anchor = anchor;
    }

    public string Path { get; }

    /// <summary>The format that the file had before it was opened; null when it was up to date.</summary>
    public int? UpgradedFrom { get; private init; }

    /// <summary>Cancelled when the database closes: readers must end.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Files in here, and no others, may be written by an export.</summary>
    public static string ExportPath(string path) => System.IO.Path.GetFullPath(path) + ".export";

    /// <summary>The archive's files, which may be written, too.</summary>
    public static string ArchivePath(string path, EmbeddedOptions options) => System.IO.Path.GetFullPath(
        options.ArchivePath is { Length: > 0 } elsewhere ? elsewhere : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, "archive"));

    /// <summary>Opens the file and creates what is missing in a new one.</summary>
    /// <exception cref="EmbeddedStoreException">Damaged, foreign, or in another process's hands; nothing was changed.</exception>
    public static StoreDatabase Open(string path, EmbeddedOptions options) => Open(path, options, DuckDBAccessMode.ReadWrite, ExportPath(path));

    /// <summary>Opens the file of a gateway that is not running, to look only; exports may go to <paramref name="exportPath"/>.</summary>
    /// <inheritdoc cref="Open(string, EmbeddedOptions)" path="/exception"/>
    public static StoreDatabase OpenToRead(string path, EmbeddedOptions options, string exportPath) =>
        File.Exists(path)
            ? Open(path, options, DuckDBAccessMode.ReadOnly, exportPath)
            : throw new EmbeddedStoreException(path, "there is no such file", "Check Data:Path, or start the gateway once: it makes the file.");

    /// <summary>A connection of the caller's own; disposing it rolls back what it did not commit.</summary>
    public DuckDBConnection Connect()
    {
        var connection = new DuckDBConnection(_connectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Readers still at work keep the file open until they have ended.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _anchor.Dispose();
    }

    private static StoreDatabase Open(string path, EmbeddedOptions options, DuckDBAccessMode mode, string exportPath)
    {
        StoreDamage.RefuseForeign(path);
        var connectionString = ConnectionString(path, options, mode);
        var connection = new DuckDBConnection(connectionString);
        try
        {
            connection.Open();
            connection.Execute($"""
                SET max_temp_directory_size = '{options.SpillLimit.ToString(CultureInfo.InvariantCulture)}B';
                SET allowed_directories = [{Quoted(exportPath)}, {Quoted(ArchivePath(path, options))}];
                SET enable_external_access = false;
                SET lock_configuration = true;
                """);
            var before = Adopt(connection, path, mode);
            return new(path, connectionString, connection) { UpgradedFrom = before == StoreSchema.Version ? null : before };
        }
        catch (DuckDBException e)
        {
            connection.Dispose();
            throw StoreDamage.Describe(path, e);
        }
        catch (EmbeddedStoreException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string ConnectionString(string path, EmbeddedOptions options, DuckDBAccessMode mode) =>
        new DuckDBConnectionStringBuilder
        {
            DataSource = System.IO.Path.GetFullPath(path),
            AccessMode = mode,
            Threads = options.Threads,
            MemoryLimit = $"{options.MemoryLimit.ToString(CultureInfo.InvariantCulture)}B",
            AutoloadKnownExtensions = false,
            AutoinstallKnownExtensions = false,
            AllowCommunityExtensions = false,
        }.ToString();

    /// <summary>In one transaction: a crash leaves the one version or the other.</summary>
    private static void Upgrade(DuckDBConnection connection, string path, DuckDBAccessMode mode)
    {
        if (mode == DuckDBAccessMode.ReadOnly)
            throw new EmbeddedStoreException(path, "its format is version 1, and this program reads version 2", "Start the gateway once: it brings the file up to date in a moment.");

        connection.Execute($"BEGIN; {StoreSchema.FromVersion1} COMMIT;");
    }

    /// <summary>Makes the tables in an empty file, brings those of an older one up to date; refuses a file of somebody else.</summary>
    /// <returns>The format it had.</returns>
    private static int Adopt(DuckDBConnection connection, string path, DuckDBAccessMode mode)
    {
        if (connection.Scalar<long>(StoreSchema.IsOurs) == 0)
        {
            if (connection.Scalar<long>(StoreSchema.IsEmpty) != 0)
                throw new EmbeddedStoreException(path, "it is a DuckDB database of somebody else", "Move it away, or set Data:Path to a directory of the gateway's own.");

            connection.Execute($"BEGIN; {StoreSchema.Create} COMMIT;");
        }

        var version = connection.Scalar<int>("SELECT version FROM store_state");
        if (version == 1)
        {
            Upgrade(connection, path, mode);
        }
        else if (version != StoreSchema.Version)
        {
            throw new EmbeddedStoreException(path, $"its format is version {version}, and this program writes version {StoreSchema.Version}",
                "Run the program that wrote it, or move the file away: the readings still in the journal are stored again.");
        }

        return version;
    }
}
