using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Who may sign in with a password. All are in memory: each request asks. Thread-safe; what a call changed is on disk when it returns.</summary>
internal sealed class Users
{
    public const int Most = 1000;

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;
    private volatile FrozenDictionary<string, User> _all = FrozenDictionary<string, User>.Empty;

    public Users(AccessStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        store.Change(Load);
    }

    /// <summary>Called after each change; one listener.</summary>
    public Action Changed { get; set; } = () => { };

    public bool Any => _all.Count > 0;

    /// <summary>One who can sign in.</summary>
    public bool HasAdmin => _all.Values.Any(IsAdmin);

    public IReadOnlyList<User> List() => [.. _all.Values.OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase)];

    public User? Find(string name) => _all.GetValueOrDefault(name);

    public UserRefusal Add(string name, Role role, string password) => Change(connection => Add(connection, name, role, password));

    /// <summary>Ends the user's sessions, as the next three do.</summary>
    public UserRefusal SetPassword(string name, string password) => Set(name, "password = $3", password);

    public UserRefusal SetRole(string name, Role role) => role == Role.Admin ? Set(name, "role = $3", (int)role) : SetUnlessLast(name, "role = $3", (int)role);

    public UserRefusal SetDisabled(string name, bool disabled) => disabled ? SetUnlessLast(name, "disabled = $3", 1) : Set(name, "disabled = $3", 0);

    public UserRefusal Remove(string name) => Change(connection =>
        IsLastAdmin(name) ? UserRefusal.LastAdmin : Outcome(connection.Execute("DELETE FROM users WHERE name = $1", name)));

    /// <summary>The same password with more rounds; sessions go on.</summary>
    public void Renew(User user, string password) =>
        Change(connection => Outcome(connection.Execute("UPDATE users SET password = $2 WHERE name = $1 AND stamp = $3", user.Name, password, user.Stamp)));

    public void SignedIn(User user) => Change(connection => Outcome(connection.Execute("UPDATE users SET last_sign_in = $2 WHERE name = $1", user.Name, Now())));

    private UserRefusal Add(SqliteConnection connection, string name, Role role, string password)
    {
        if (_all.ContainsKey(name)) return UserRefusal.NameTaken;
        if (_all.Count >= Most) return UserRefusal.TooMany;

        connection.Execute("INSERT INTO users (name, role, password, stamp, created_at) VALUES ($1, $2, $3, $4, $5)", name, (int)role, password, NewStamp(), Now());
        return UserRefusal.None;
    }

    private UserRefusal SetUnlessLast(string name, string what, object value) =>
        Change(connection => IsLastAdmin(name) ? UserRefusal.LastAdmin : Set(connection, name, what, value));

    private UserRefusal Set(string name, string what, object value) => Change(connection => Set(connection, name, what, value));

    private static UserRefusal Set(SqliteConnection connection, string name, string what, object value) =>
        Outcome(connection.Execute($"UPDATE users SET {what}, stamp = $2 WHERE name = $1", name, NewStamp(), value));

    private UserRefusal Change(Func<SqliteConnection, UserRefusal> change)
    {
        var refusal = _store.Change(connection =>
        {
            var outcome = change(connection);
            if (outcome == UserRefusal.None) Load(connection);
            return outcome;
        });
        Changed();
        return refusal;
    }

    private int Load(SqliteConnection connection)
    {
        _all = AccessStore.Rows(connection, "SELECT name, role, password, disabled, stamp, created_at, last_sign_in FROM users", row => new User(
                row.GetString(0), (Role)row.GetInt32(1), row.GetString(2), row.GetBoolean(3), row.GetString(4), AccessStore.Time(row, 5) ?? default, AccessStore.Time(row, 6)))
            .ToFrozenDictionary(user => user.Name, StringComparer.OrdinalIgnoreCase);
        return _all.Count;
    }

    private bool IsLastAdmin(string name) => Find(name) is { } user && IsAdmin(user) && _all.Values.Count(IsAdmin) == 1;

    private static bool IsAdmin(User user) => user is { Role: Role.Admin, IsDisabled: false };

    private static UserRefusal Outcome(int rows) => rows == 1 ? UserRefusal.None : UserRefusal.NoSuchUser;

    private static string NewStamp() => RandomNumberGenerator.GetHexString(32);

    private long Now() => _clock.GetUtcNow().ToUnixTimeSeconds();
}
