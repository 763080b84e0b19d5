using System.Net;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>How often may fail: a name from one network, a network with any names; a few times freely, then after waits that double. Names that nobody has count alike. Thread-safe.</summary>
/// <remarks>
/// What fails elsewhere keeps nobody out of a name: that is counted by network. Guesses from many networks share what <see cref="NameBudget"/> gives a name,
/// but those networks from which the name signed in before.
/// </remarks>
internal sealed class SignInLimit(LimitsOptions limits, TimeProvider clock)
{
    public const int FreeOfName = 5;
    public const int FreeOfAddress = 20;

    private const int MostRemembered = 10_000;
    private const int MostDoublings = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromHours(1);

    private readonly Lock _turn = new();
    private readonly Dictionary<string, Failures> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly NameBudget _budget = new(clock);
    private readonly IReadOnlyList<IPNetwork> _trusted = limits.TrustedNetworks;

    public int Remembered
    {
        get
        {
            lock (_turn) return _failures.Count;
        }
    }

    /// <summary>Counts as a failure until <see cref="Succeeded"/> or <see cref="NotLookedAt"/>: many at once are no way around it.</summary>
    /// <param name="name">Null where no name is given.</param>
    /// <returns>Zero: go on. Else how long to wait.</returns>
    public TimeSpan Begin(string? name, IPAddress address)
    {
        lock (_turn)
        {
            var site = AddressSite.Of(address);
            var (ofName, ofSite) = (KeyOf(name, site), KeyOf(address));
            var wait = TimeSpan.FromTicks(Math.Max(WaitOf(ofName).Ticks, WaitOf(ofSite).Ticks));
            if (wait <= TimeSpan.Zero && name is not null) wait = _budget.Take(name, site);
            if (wait > TimeSpan.Zero) return wait;

            Count(ofName, FreeOfName);
            Count(ofSite, FreeOfAddress);
            return TimeSpan.Zero;
        }
    }

    public void Succeeded(string? name, IPAddress address)
    {
        lock (_turn)
        {
            var site = AddressSite.Of(address);
            TakeBack(KeyOf(address));
            if (name is null) return;

            _failures.Remove(KeyOf(name, site)!);
            _budget.Know(name, site);
        }
    }

    /// <summary>Nobody compared what was entered, so it was no guess.</summary>
    public void NotLookedAt(string? name, IPAddress address)
    {
        lock (_turn)
        {
            var site = AddressSite.Of(address);
            TakeBack(KeyOf(name, site));
            TakeBack(KeyOf(address));
            if (name is not null) _budget.PutBack(name, site);
        }
    }

    private static string? KeyOf(string? name, IPAddress site) => name is null ? null : $"name {name} from {site}";

    private string? KeyOf(IPAddress address) => AddressSite.CountedFor(address, _trusted) is { } site ? $"address {site}" : null;

    private TimeSpan WaitOf(string? key) => key is not null && _failures.TryGetValue(key, out var failures) ? failures.Until - clock.GetUtcNow() : TimeSpan.Zero;

    private void Count(string? key, int free)
    {
        if (key is null) return;

        var now = clock.GetUtcNow();
        if (!_failures.TryGetValue(key, out var failures) || now - failures.Last > ForgottenAfter)
        {
            if (_failures.Count >= MostRemembered) _failures.Remove(_failures.MinBy(one => one.Value.Last).Key);
            _failures[key] = failures = new();
        }

        failures.Last = now;
        failures.Number++;
        if (failures.Number >= free) failures.Until = now + (FirstWait * (1 << Math.Min(failures.Number - free, MostDoublings)));
    }

    /// <summary>Whoever began after the last that failed had no wait to sit out, so none is left.</summary>
    private void TakeBack(string? key)
    {
        if (key is null || !_failures.TryGetValue(key, out var failures)) return;

        failures.Number--;
        failures.Until = default;
    }

    private sealed class Failures
    {
        public int Number { get; set; }

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
