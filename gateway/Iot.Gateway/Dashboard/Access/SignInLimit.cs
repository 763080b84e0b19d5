using System.Net;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>How often a name, and an address, may fail: a few times freely, then after waits that double. Names that nobody has count alike. Thread-safe.</summary>
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
    private readonly IReadOnlyList<IPNetwork> _trusted = limits.TrustedNetworks;

    public int Remembered
    {
        get
        {
            lock (_turn) return _failures.Count;
        }
    }

    /// <summary>Counts as a failure until <see cref="Succeeded"/>: many at once are no way around it.</summary>
    /// <param name="name">Null where no name is given.</param>
    /// <returns>Zero: go on. Else how long to wait.</returns>
    public TimeSpan Begin(string? name, IPAddress address)
    {
        lock (_turn)
        {
            var (ofName, ofAddress) = (KeyOf(name), KeyOf(address));
            var wait = TimeSpan.FromTicks(Math.Max(WaitOf(ofName).Ticks, WaitOf(ofAddress).Ticks));
            if (wait > TimeSpan.Zero) return wait;

            Count(ofName, FreeOfName);
            Count(ofAddress, FreeOfAddress);
            return TimeSpan.Zero;
        }
    }

    public void Succeeded(string? name, IPAddress address)
    {
        lock (_turn)
        {
            if (KeyOf(name) is { } ofName) _failures.Remove(ofName);
            if (KeyOf(address) is { } ofAddress && _failures.TryGetValue(ofAddress, out var failures)) failures.Number--;
        }
    }

    private static string? KeyOf(string? name) => name is null ? null : $"name {name}";

    private string? KeyOf(IPAddress address)
    {
        var site = AddressSite.Of(address);
        return _trusted.Any(network => network.Contains(site)) ? null : $"address {site}";
    }

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

    private sealed class Failures
    {
        public int Number { get; set; }

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
