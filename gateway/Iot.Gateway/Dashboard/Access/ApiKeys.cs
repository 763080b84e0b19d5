using System.Collections.Concurrent;
using System.Collections.Frozen;
using Iot.Gateway.Certificates;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The keys of programs. All are in memory: each request asks. Thread-safe; a key that is revoked is refused from then on.</summary>
internal sealed class ApiKeys : IDisposable
{
    public const int Most = 1000;

    private const string Select = "SELECT id, name, shown, hash, role, created_by, created_at, expires_at, last_used, revoked_at FROM keys";
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<ApiKeys> _logger;
    private readonly ConcurrentDictionary<long, DateTimeOffset> _used = new();
    private readonly ITimer _timer;
    private volatile FrozenDictionary<Fingerprint, ApiKey> _all = FrozenDictionary<Fingerprint, ApiKey>.Empty;

    public ApiKeys(AccessStore store, TimeProvider clock, ILogger<ApiKeys> logger)
    {
        (_store, _clock, _logger) = (store, clock, logger);
        store.Change(Load);
        _timer = clock.CreateTimer(_ => WriteUsed(), null, WriteEvery, WriteEvery);
    }

    /// <summary>Called after a key was made; one listener.</summary>
    public Action Created { get; set; } = () => { };

    /// <summary>One of an admin that holds.</summary>
    public bool HasAdmin => _all.Values.Any(key => key.Role == Role.Admin && key.IsLive(_clock.GetUtcNow()));

    /// <summary>Also one that was revoked: who had keys does not want to be open again.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>Those that hold first, then by age.</summary>
    public IReadOnlyList<ApiKey> List() => [.. _all.Values.Select(WithUse).OrderByDescending(key => key.IsLive(_clock.GetUtcNow())).ThenByDescending(key => key.Id)];

    /// <summary>Null when it is none of ours, or does not hold any more.</summary>
    public ApiKey? Use(string text) => _all.TryGetValue(ApiKey.HashOf(text), out var key) ? Use(key) : null;

    /// <inheritdoc cref="Use(string)"/>
    public ApiKey? Use(long id) => _all.Values.FirstOrDefault(key => key.Id == id) is { } key ? Use(key) : null;

    /// <param name="text">Of the key; see <see cref="ApiKey.NewText"/>. It is not kept.</param>
    /// <returns>Null: there are too many.</returns>
    public ApiKey? Create(string text, string name, Role role, string createdBy, DateTimeOffset? expiresAt)
    {
        var key = Add(text, name, role, createdBy, expiresAt);
        Created();
        return key;
    }

    /// <returns>Null: there is none of that number; else the key, which may have been revoked before.</returns>
    public ApiKey? Revoke(long id) => _store.Change(connection =>
    {
        connection.Execute("UPDATE keys SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0", id, _clock.GetUtcNow().ToUnixTimeSeconds());
        Load(connection);
        return _all.Values.FirstOrDefault(key => key.Id == id);
    });

    public void Dispose()
    {
        _timer.Dispose();
        WriteUsed();
    }

    private ApiKey? Add(string text, string name, Role role, string createdBy, DateTimeOffset? expiresAt) => _store.Change(connection =>
    {
        var now = _clock.GetUtcNow();
        if (_all.Values.Count(key => key.IsLive(now)) >= Most) return null;

        // Lines of keys that do not hold go when there are too many, the oldest first.
        connection.Execute("DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE revoked_at > 0 OR (expires_at > 0 AND expires_at <= $1) ORDER BY id LIMIT max(0, (SELECT count(*) FROM keys) - $2))", now.ToUnixTimeSeconds(), Most - 1);
        connection.Execute(
            "INSERT INTO keys (name, shown, hash, role, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            name, ApiKey.ShownOf(text), ApiKey.HashOf(text).ToBytes(), (int)role, createdBy, now.ToUnixTimeSeconds(), expiresAt?.ToUnixTimeSeconds() ?? 0);
        Load(connection);
        return _all[ApiKey.HashOf(text)];
    });

    private ApiKey? Use(ApiKey key)
    {
        var now = _clock.GetUtcNow();
        if (!key.IsLive(now)) return null;

        _used[key.Id] = now;
        return key;
    }

    private ApiKey WithUse(ApiKey key) => _used.TryGetValue(key.Id, out var at) ? key with { LastUsed = at } : key;

    private void WriteUsed()
    {
        var used = _used.ToArray();
        if (used.Length == 0) return;

        try
        {
            _store.Change(connection =>
            {
                foreach (var (id, at) in used) connection.Execute("UPDATE keys SET last_used = $2 WHERE id = $1", id, at.ToUnixTimeSeconds());
                return Load(connection);
            });
            foreach (var entry in used) _used.TryRemove(entry); // unless it was used again since
        }
        catch (AccessException e)
        {
            _logger.UseNotWritten(e, e.Message);
        }
    }

    private int Load(SqliteConnection connection)
    {
        _all = AccessStore.Rows(connection, Select, row => new ApiKey(
                row.GetInt64(0), row.GetString(1), row.GetString(2), Fingerprint.Parse(row.GetFieldValue<byte[]>(3)), (Role)row.GetInt32(4), row.GetString(5),
                AccessStore.Time(row, 6) ?? default, AccessStore.Time(row, 7), AccessStore.Time(row, 8), AccessStore.Time(row, 9)))
            .ToFrozenDictionary(key => key.Hash);
        return _all.Count;
    }
}
