using System.Collections.Concurrent;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Sessions that were signed out before their time: a copy of their cookie is worth nothing, not even after a restart. Thread-safe.</summary>
internal sealed class EndedSessions
{
    /// <summary>Those that would end first are forgotten beyond it.</summary>
    private const int Most = 100_000;

    private readonly AccessStore _store;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);

    public EndedSessions(AccessStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        foreach (var (id, until) in store.Change(connection => AccessStore.Rows(connection, "SELECT id, until FROM ended_sessions", row => (row.GetString(0), row.GetInt64(1))))) _until[id] = until;
    }

    public bool Contains(string session) => _until.ContainsKey(session);

    /// <param name="until">When it would have ended by itself.</param>
    public void Add(string session, DateTimeOffset until)
    {
        var seconds = until.ToUnixTimeSeconds();
        _until[session] = seconds;
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        _store.Change(connection =>
        {
            connection.Execute("INSERT OR REPLACE INTO ended_sessions (id, until) VALUES ($1, $2)", session, seconds);
            connection.Execute("DELETE FROM ended_sessions WHERE until < $1", now);
            return connection.Execute("DELETE FROM ended_sessions WHERE id IN (SELECT id FROM ended_sessions ORDER BY until LIMIT max(0, (SELECT count(*) FROM ended_sessions) - $1))", Most);
        });
        foreach (var over in _until.Where(over => over.Value < now)) _until.TryRemove(over);
        while (_until.Count > Most) _until.TryRemove(_until.MinBy(one => one.Value));
    }
}
