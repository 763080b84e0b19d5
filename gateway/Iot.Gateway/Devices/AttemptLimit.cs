using System.Net;
using System.Runtime.InteropServices;
using Iot.Gateway.Certificates;

namespace Iot.Gateway.Devices;

/// <summary>How often an address, and one credential or name from there, may be refused in a minute. Thread-safe.</summary>
/// <remarks>
/// Only what was refused counts, and only for the network that it came from: who guesses shuts nobody out elsewhere, and a fleet that shows what is right is never in its way.
/// A minute's failures are remembered up to a number. Beyond it newcomers are not counted, rather than turned away for what others did.
/// </remarks>
internal sealed class AttemptLimit(LimitsOptions limits, TimeProvider clock)
{
    public const int PerAddress = 30;
    public const int PerCredential = 10;
    public const int MostRemembered = 100_000;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<IPNetwork> _trusted = limits.TrustedNetworks;
    private readonly Lock _turn = new();
    private readonly Dictionary<Key, int> _failures = [];
    private DateTimeOffset _start;

    public int Remembered
    {
        get
        {
            lock (_turn) return _failures.Count;
        }
    }

    /// <param name="from">No bound of its own holds for an address that is trusted.</param>
    /// <param name="credential">Null when what was shown is none.</param>
    public bool MayTry(IPAddress from, Fingerprint? credential)
    {
        var site = AddressSite.Of(from);
        lock (_turn)
        {
            BeginMinute();
            return MayTry(from, site) && (credential is null || _failures.GetValueOrDefault(new(site, credential)) < PerCredential);
        }
    }

    /// <inheritdoc cref="MayTry(IPAddress, Fingerprint?)"/>
    public void Failed(IPAddress from, Fingerprint? credential)
    {
        var site = AddressSite.Of(from);
        lock (_turn)
        {
            BeginMinute();
            if (!MayTry(from, site)) return; // it is turned away already, whatever it shows

            if (!IsTrusted(from)) Count(new(site, null));
            if (credential is not null) Count(new(site, credential));
        }
    }

    private bool MayTry(IPAddress from, IPAddress site) => IsTrusted(from) || _failures.GetValueOrDefault(new(site, null)) < PerAddress;

    private bool IsTrusted(IPAddress from) => AddressSite.CountedFor(from, _trusted) is null;

    private void Count(Key key)
    {
        if (_failures.Count < MostRemembered || _failures.ContainsKey(key)) CollectionsMarshal.GetValueRefOrAddDefault(_failures, key, out _)++;
    }

    private void BeginMinute()
    {
        var now = clock.GetUtcNow();
        if (now - _start < Length && now >= _start) return;

        _start = now;
        _failures.Clear();
    }

    /// <param name="Credential">Null: the address itself.</param>
    private readonly record struct Key(IPAddress Site, Fingerprint? Credential);
}
