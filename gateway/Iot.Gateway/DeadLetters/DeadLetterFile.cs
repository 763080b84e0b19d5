using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>The SQLite file: opens it, makes its tables, says what is wrong with it.</summary>
internal sealed class DeadLetterFile(string path)
{
    private const int NotADatabase = 26;
    private const int Corrupt = 11;
    private const int Full = 13;

    /// <summary>For one writer: every commit is on disk when it returns.</summary>
    /// <exception cref="DeadLettersException">Damaged or foreign; it is left as it is.</exception>
    public SqliteConnection Adopt(ulong journal)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = Connect(SqliteOpenMode.ReadWriteCreate);
            Check(connection);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            if (connection.Number("PRAGMA user_version") == 0) connection.Execute($"BEGIN; {DeadLetterSchema.Create} COMMIT;");
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
        NotADatabase => new(path, "it is not a SQLite database", SetAside, e),
        Corrupt => new(path, $"it is damaged ({e.Message})", SetAside, e),
        Full => new(path, "the disk is full", "Make room: what was refused waits in the journal.", e),
        _ => new(path, e.Message.TrimEnd('.'), "What was refused waits in the journal.", e),
    };

    private const string SetAside =
        "Move it and its -wal file away by hand and keep them: a new one is made, and what the journal still holds is collected again.";

    private void Belong(SqliteConnection connection, long journal)
    {
        var collectedFrom = connection.Number("SELECT journal FROM state");
        if (collectedFrom == journal) return;
        if (collectedFrom != 0 && connection.Number("SELECT collected_to FROM state") > 0)
        {
            throw new DeadLettersException(path, "they were collected from another spool",
                "Put that spool back, or move the file and its -wal file away by hand and keep them: a new one is made.");
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
