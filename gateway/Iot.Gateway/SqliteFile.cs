#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using Microsoft.Data.Sqlite;

namespace Iot.Gateway;

/// <summary>A SQLite file of ours: opens it, sees whether it is ours and of a version we know, says what is wrong with it. Nobody but this user reads it.</summary>
internal sealed class SqliteFile(string path, SqliteFileKind kind)
{
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    /// <summary>For one writer: every commit is on disk when it returns.</summary>
    /// <param name="prepare">Makes or upgrades the tables.</param>
    /// <exception cref="IOException">Of the kind's: damaged or foreign; it is left as it is.</exception>
    public SqliteConnection Open(Action<SqliteConnection> prepare)
    {
        SqliteConnection? connection = null;
        try
        {
            if (!File.Exists(path)) MakeForUsOnly();
            connection = Connect(SqliteOpenMode.ReadWriteCreate);
            Check(connection);
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            prepare(connection);
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            if (e is SqliteException sqlite) throw Describe(sqlite);

            throw;
        }
    }

    public SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, ForeignKeys = true }.ToString());
        connection.Open();
        return connection;
    }

    public IOException Describe(SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase => Lost("it is not a SQLite database", e),
        Corrupt => Lost($"it is damaged ({e.Message.TrimEnd('.')})", e),
        Full => kind.Error(new(path, "the disk is full", $"Make room. {kind.Meanwhile}", IsLost: false, e)),
        _ => kind.Error(new(path, e.Message.TrimEnd('.'), kind.Meanwhile, IsLost: false, e)),
    };

    /// <summary>SQLite gives the files beside it the same mode.</summary>
    private void MakeForUsOnly()
    {
        try
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw kind.Error(new(path, e.Message.TrimEnd('.'), kind.Meanwhile, IsLost: false, e));
        }
    }

    private void Check(SqliteConnection connection)
    {
        if (kind.IsReadWhole)
        {
            using var check = connection.Command("PRAGMA quick_check(1)");
            if (check.ExecuteScalar() is not "ok") throw Lost("it is damaged", null);
        }

        var ours = connection.Number("PRAGMA application_id") == kind.ApplicationId;
        if (!ours && connection.Number("SELECT count(*) FROM sqlite_master") > 0)
            throw kind.Error(new(path, "it is a database of somebody else", "Move it away, or set Data:Path to a directory of the gateway's own.", IsLost: false, null));

        var version = connection.Number("PRAGMA user_version");
        if (version > kind.Version)
            throw kind.Error(new(path, $"its format is version {version}, and this program writes version {kind.Version}", "Run the program that wrote it.", IsLost: false, null));
    }

    private IOException Lost(string finding, Exception? cause) => kind.Error(new(path, finding, kind.Restore, IsLost: true, cause));
}

/// <param name="ApplicationId">What makes it ours among SQLite files.</param>
/// <param name="Version">The newest format that we know.</param>
/// <param name="Restore">What to do when it is damaged, as sentences.</param>
/// <param name="Meanwhile">What becomes of the data while it cannot be used, as a sentence.</param>
/// <param name="Error">The exception of those who use it.</param>
/// <param name="IsReadWhole">It is small, and read whole at each start.</param>
internal sealed record SqliteFileKind(int ApplicationId, int Version, string Restore, string Meanwhile, Func<SqliteFinding, IOException> Error, bool IsReadWhole = false);

/// <param name="Text">What is wrong, as a clause.</param>
/// <param name="Remedy">What to do about it, as a sentence.</param>
/// <param name="IsLost">What it held cannot be read any more.</param>
internal readonly record struct SqliteFinding(string Path, string Text, string Remedy, bool IsLost, Exception? Cause);
