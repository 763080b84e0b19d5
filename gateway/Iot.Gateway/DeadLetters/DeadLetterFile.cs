using Iot.Journal;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>The SQLite file: opens it, makes its tables, says what is wrong with it.</summary>
internal sealed class DeadLetterFile(string path)
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int Full = 13;

    /// <summary>For one writer: every commit is on disk when it returns.</summary>
    /// <param name="journal">See <see cref="DeadLetterStore.Open"/>.</param>
    /// <exception cref="DeadLettersException">Damaged or foreign; it is left as it is.</exception>
    public SqliteConnection Adopt(ulong journal)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = Connect(SqliteOpenMode.ReadWriteCreate);
            Check(connection);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            Create(connection);
            if (journal != 0) Belong(connection, unchecked((long)journal));
            return connection;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw Describe(e);
        }
        catch (DeadLettersException)
        {
            connection?.Dispose();
            throw;
        }
    }

    public SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public DeadLettersException Describe(SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase => new(path, "it is not a SQLite database", ByHand, e) { CanSetAside = true },
        Corrupt => new(path, $"it is damaged ({e.Message})", ByHand, e) { CanSetAside = true },
        Full => new(path, "the disk is full", "Make room: what was refused waits in the journal.", e),
        _ => new(path, e.Message.TrimEnd('.'), "What was refused waits in the journal.", e),
    };

    /// <summary>Renames the file and what SQLite keeps beside it; nothing that was set aside before is overwritten.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside()
    {
        var aside = Aside;
        for (var i = 2; File.Exists(aside); i++) aside = $"{Aside}.{i}";
        foreach (var suffix in Beside.Where(suffix => File.Exists(path + suffix))) Disk.Rename(path + suffix, aside + suffix);
        Disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return aside;
    }

    private static readonly string[] Beside = ["", "-wal", "-shm"];
    private static readonly PosixDisk Disk = new();

    private string Aside => path + ".damaged";

    private void Create(SqliteConnection connection)
    {
        var statements = connection.Number("PRAGMA user_version") switch
        {
            0 when File.Exists(Aside) => $"{DeadLetterSchema.Create} UPDATE state SET complete = 0;",
            0 => DeadLetterSchema.Create,
            1 => DeadLetterSchema.Upgrade,
            _ => "",
        };
        if (statements.Length > 0) connection.Execute($"BEGIN; {statements} COMMIT;");
    }

    private const string ByHand =
        "Move it and its -wal file away by hand and keep them: a new one is made, and what the journal still holds is collected again.";

    private void Belong(SqliteConnection connection, long journal)
    {
        var collectedFrom = connection.Number("SELECT journal FROM state");
        if (collectedFrom == journal) return;
        if (collectedFrom != 0 && connection.Number("SELECT collected_to FROM state") > 0)
        {
            throw new DeadLettersException(path, "they were collected from another spool",
                "Put that spool back, or move the file and its -wal file away by hand and keep them: a new one is made.") { CanSetAside = true };
        }

        connection.Execute("UPDATE state SET journal = $1", journal);
    }

    private void Check(SqliteConnection connection)
    {
        var ours = connection.Number("PRAGMA application_id") == DeadLetterSchema.ApplicationId;
        if (!ours && connection.Number("SELECT count(*) FROM sqlite_master") > 0)
            throw new DeadLettersException(path, "it is a database of somebody else", "Move it away, or set Data:Path to a directory of the gateway's own.");

        var version = connection.Number("PRAGMA user_version");
        if (version > DeadLetterSchema.Version)
            throw new DeadLettersException(path, $"its format is version {version}, and this program writes version {DeadLetterSchema.Version}", "Run the program that wrote it.");
    }
}
