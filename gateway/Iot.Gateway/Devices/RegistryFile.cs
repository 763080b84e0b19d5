using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Devices;

/// <summary>The registry's SQLite file: opens it, makes its tables, says what is wrong with it. It is never replaced.</summary>
internal sealed class RegistryFile(string path)
{
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    /// <summary>For one writer: every commit is on disk when it returns.</summary>
    /// <exception cref="DeviceRegistryException">Damaged or foreign; it is left as it is.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = true }.ToString());
        try
        {
            connection.Open();
            Check(connection);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            switch (connection.Number("PRAGMA user_version"))
            {
                case 0:
                    connection.Execute($"BEGIN; {RegistrySchema.Create} COMMIT;");
                    break;
                case 1:
                    connection.Execute($"BEGIN; {RegistrySchema.FromVersion1} COMMIT;");
                    break;
            }

            return connection;
        }
        catch (Exception e) when (e is SqliteException or DeviceRegistryException)
        {
            connection.Dispose();
            throw e is SqliteException sqlite ? Describe(sqlite) : e;
        }
    }

    public DeviceRegistryException Describe(SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase => new(path, "it is not a SQLite database", Restore, e),
        Corrupt => new(path, $"it is damaged ({e.Message.TrimEnd('.')})", Restore, e),
        Full => new(path, "the disk is full", "Make room; nothing was changed.", e),
        _ => new(path, e.Message.TrimEnd('.'), "Nothing was changed.", e),
    };

    private const string Restore =
        "Put a copy of it back. Without one move it and its -wal file away by hand and keep them: a new one is made, and every device must be enrolled again.";

    private void Check(SqliteConnection connection)
    {
        using (var check = connection.Command("PRAGMA quick_check(1)"))
        {
            if (check.ExecuteScalar() is not "ok") throw new DeviceRegistryException(path, "it is damaged", Restore);
        }

        var ours = connection.Number("PRAGMA application_id") == RegistrySchema.ApplicationId;
        if (!ours && connection.Number("SELECT count(*) FROM sqlite_master") > 0)
            throw new DeviceRegistryException(path, "it is a database of somebody else", "Move it away, or set Data:Path to a directory of the gateway's own.");

        var version = connection.Number("PRAGMA user_version");
        if (version > RegistrySchema.Version)
            throw new DeviceRegistryException(path, $"its format is version {version}, and this program writes version {RegistrySchema.Version}", "Run the program that wrote it.");
    }
}
