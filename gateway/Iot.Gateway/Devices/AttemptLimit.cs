using System.Collections.Concurrent;
using System.Net;
using Iot.Gateway.Certificates;

namespace Iot.Gateway.Devices;

/// <summary>How often an address, and one token or certificate, may be refused in a minute; what succeeds does not count. Thread-safe.</summary>
internal sealed class AttemptLimit(TimeProvider clock)
{
    public const int PerAddress = 30;
    public const int PerCredential = 10;

    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly Lock _turn = new();
    private Window _window = new(default);

    /// <summary>Null when there were too many. The attempt counts until <see cref="Attempt.Succeeded"/>.</summary>
    public Attempt? Begin(IPAddress address, Fingerprint credential)
    {
        var window = Current();
        if (window.Count.Count >= MostRemembered) return null; // too many strangers at once: all wait for the next minute

        var attempt = new Attempt(window, $"{AddressSite.Of(address)}", credential.ToString());
        return attempt.Add(+1) ? attempt : null;
    }

    private Window Current()
    {
        lock (_turn)
        {
            var now = clock.GetUtcNow();
            if (now - _window.Start >= Length || now < _window.Start) _window = new(now);
            return _window;
        }
    }

    internal sealed record Window(DateTimeOffset Start)
    {
        public ConcurrentDictionary<string, int> Count { get; } = new(StringComparer.Ordinal);
    }

    internal sealed class Attempt(Window window, string address, string credential)
    {
        public void Succeeded() => Add(-1);

        internal bool Add(int one)
        {
            var ofAddress = window.Count.AddOrUpdate(address, one, (_, count) => count + one);
            var ofCredential = window.Count.AddOrUpdate(credential, one, (_, count) => count + one);
            return ofAddress <= PerAddress && ofCredential <= PerCredential;
        }
    }
}
