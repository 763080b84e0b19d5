using System.Collections.Concurrent;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>What is known of a device's connection, as of <paramref name="Since"/>.</summary>
/// <param name="Online">By its own words (birth, last will), else by its connection.</param>
/// <param name="Since">When it went online or offline.</param>
/// <param name="Agent">Name and version of its agent, as the device told; null when it did not.</param>
/// <param name="Client">MQTT client id of its newest connection; null when it has none.</param>
internal sealed record PresentDevice(DeviceId Device, bool Online, DateTimeOffset Since, string? Agent, string? Client);

/// <summary>Which devices are there. In memory only: after a restart it fills as devices connect. Thread-safe.</summary>
internal sealed class DevicePresence(TimeProvider clock, ILogger<DevicePresence> logger)
{
    /// <summary>More devices than this are served, but their presence is not known.</summary>
    public const int MaxDevices = 100_000;

    private readonly ConcurrentDictionary<DeviceId, Entry> _devices = new();
    private int _count;
    private int _saidFull;

    /// <summary>Raised after each change, on the thread that made it: do not block.</summary>
#pragma warning disable MA0046 // there is one presence: a sender and an EventArgs would say nothing
    public event Action<PresentDevice>? Changed;
#pragma warning restore MA0046

    public IEnumerable<PresentDevice> All => _devices.Values.Select(entry => entry.Now);

    /// <summary>Null for a device that was never there.</summary>
    public PresentDevice? Find(DeviceId device) => _devices.GetValueOrDefault(device)?.Now;

    /// <summary>A connection turned out to be the device's. Not remembered when there are too many devices.</summary>
    public void Connected(DeviceId device, string client)
    {
        if (EntryOf(device) is { } entry) Change(entry, now => entry.Connected(now, clock.GetUtcNow(), client));
    }

    /// <summary>A connection that was reported by <see cref="Connected"/> is over.</summary>
    public void Disconnected(DeviceId device)
    {
        if (_devices.TryGetValue(device, out var entry)) Change(entry, now => entry.Disconnected(now, clock.GetUtcNow()));
    }

    /// <summary>The device said so itself. False: there are too many devices to remember this one.</summary>
    public bool Told(DeviceId device, DeviceStatus status)
    {
        if (EntryOf(device) is not { } entry) return false;

        Change(entry, now => now with
        {
            Online = status.Online,
            Since = now.Online == status.Online ? now.Since : clock.GetUtcNow(),
            Agent = status.Agent ?? now.Agent,
        });
        return true;
    }

    private Entry? EntryOf(DeviceId device)
    {
        if (_devices.TryGetValue(device, out var known)) return known;

        if (Volatile.Read(ref _count) >= MaxDevices)
        {
            if (Interlocked.Exchange(ref _saidFull, 1) == 0) logger.TooManyDevices(MaxDevices, device.Value);
            return null;
        }

        var entry = new Entry(new(device, Online: false, clock.GetUtcNow(), Agent: null, Client: null));
        if (_devices.TryAdd(device, entry))
        {
            Interlocked.Increment(ref _count); // racing adders may exceed the bound by their number
            return entry;
        }

        return _devices[device];
    }

    private void Change(Entry entry, Func<PresentDevice, PresentDevice> change)
    {
        PresentDevice now;
        lock (entry)
        {
            now = change(entry.Now);
            if (now == entry.Now) return;

            entry.Now = now;
        }

        Changed?.Invoke(now);
    }

    /// <summary>One device, guarded by its own lock.</summary>
    private sealed class Entry(PresentDevice now)
    {
        private int _connections;

        public PresentDevice Now { get; set; } = now;

        public PresentDevice Connected(PresentDevice now, DateTimeOffset at, string client)
        {
            _connections++;
            return now with { Online = true, Since = now.Online ? now.Since : at, Client = client };
        }

        public PresentDevice Disconnected(PresentDevice now, DateTimeOffset at)
        {
            _connections--;
            return _connections > 0 ? now : now with { Online = false, Since = now.Online ? at : now.Since, Client = null };
        }
    }
}
