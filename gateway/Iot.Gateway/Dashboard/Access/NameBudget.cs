using System.Net;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>How often a name may fail from all networks together: 100 times, and once more each 36 s. It slows those who guess from everywhere.</summary>
/// <remarks>A network from which the name signed in before (since the start) has no part in it, so that strangers cannot keep it out. Not thread-safe.</remarks>
internal sealed class NameBudget(TimeProvider clock)
{
    public const int Most = 100;

    private const int MostRemembered = 10_000;

    /// <summary>For one more.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromHours(1) / Most;

    /// <summary>When a name's budget is full again; what lies further ahead was spent.</summary>
    private readonly Dictionary<string, DateTimeOffset> _fullAt = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Name and network, and when it signed in last.</summary>
    private readonly Dictionary<string, DateTimeOffset> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Zero: one was taken. Else how long until there is one.</returns>
    public TimeSpan Take(string name, IPAddress site)
    {
        if (_known.ContainsKey(KeyOf(name, site))) return TimeSpan.Zero;

        var now = clock.GetUtcNow();
        var fullAt = _fullAt.TryGetValue(name, out var later) && later > now ? later : now;
        var wait = fullAt + Refill - now - (Refill * Most);
        if (wait > TimeSpan.Zero) return wait;

        MakeRoom(_fullAt, name);
        _fullAt[name] = fullAt + Refill;
        return TimeSpan.Zero;
    }

    public void PutBack(string name, IPAddress site)
    {
        if (!_known.ContainsKey(KeyOf(name, site)) && _fullAt.TryGetValue(name, out var fullAt)) _fullAt[name] = fullAt - Refill;
    }

    public void Know(string name, IPAddress site)
    {
        PutBack(name, site);
        MakeRoom(_known, KeyOf(name, site));
        _known[KeyOf(name, site)] = clock.GetUtcNow();
    }

    private static string KeyOf(string name, IPAddress site) => $"{name} from {site}";

    /// <summary>What is nearest to full, or signed in longest ago, gives way.</summary>
    private static void MakeRoom(Dictionary<string, DateTimeOffset> entries, string key)
    {
        if (entries.Count >= MostRemembered && !entries.ContainsKey(key)) entries.Remove(entries.MinBy(one => one.Value).Key);
    }
}
