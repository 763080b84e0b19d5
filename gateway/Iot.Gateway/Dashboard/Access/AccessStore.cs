using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The SQLite file of users, keys and ended sessions. Thread-safe; one at a time. What a call changed is on disk when it returns.</summary>
internal sealed class AccessStore : IDisposable
{
    private const int Version = 1;

    /// <summary>Makes this file ours among SQLite files: "iotu".</summary>
    private const int ApplicationId = 0x696F7475;

    private const string Restore =
        "Put a copy of it back. Without one move it and its -wal file away by hand and keep them: a new one is made, and the first admin is made with a new setup code.";

    // Times are unix seconds, 0 for never. A stamp changes with whatever must end the user's sessions. A revoked key stays as a line.
    private static readonly string Create = $"""
        CREATE TABLE users (
            name TEXT PRIMARY KEY COLLATE NOCASE, role INTEGER NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0,
            stamp TEXT NOT NULL, created_at INTEGER NOT NULL, last_sign_in INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, shown TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, role INTEGER NOT NULL, created_by TEXT NOT NULL,
            created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL DEFAULT 0, last_used INTEGER NOT NULL DEFAULT 0, revoked_at INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE ended_sessions (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        """;

    private static readonly SqliteFileKind Kind = new(
        ApplicationId, Version, Restore, "Nothing was changed.", found => new AccessException(found.Path, found.Text, found.Remedy, found.Cause), IsReadWhole: true);

    private readonly Lock _turn = new();
    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;

    private AccessStore(SqliteFile file, SqliteConnection connection) => (_file, _connection) = (file, connection);

    /// <exception cref="AccessException">It cannot be used; it is left as it is.</exception>
    public static AccessStore Open(string path)
    {
        var file = new SqliteFile(path, Kind);
        return new(file, file.Open(connection =>
        {
            if (connection.Number("PRAGMA user_version") == 0) connection.Execute($"BEGIN; {Create} COMMIT;");
        }));
    }

    /// <summary>In one transaction; nobody else changes or reads meanwhile.</summary>
    public T Change<T>(Func<SqliteConnection, T> change)
    {
        lock (_turn)
        {
            try
            {
                using var transaction = _connection.BeginTransaction();
                var result = change(_connection);
                transaction.Commit();
                return result;
            }
            catch (SqliteException e)
            {
                throw _file.Describe(e);
            }
        }
    }

    /// <summary>Every row of a table, each by <paramref name="read"/>.</summary>
    public static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.Command(sql);
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read()) rows.Add(read(row));
        return rows;
    }

    public static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.GetInt64(column) is not 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public void Dispose()
    {
        lock (_turn) _connection.Dispose();
    }
}
