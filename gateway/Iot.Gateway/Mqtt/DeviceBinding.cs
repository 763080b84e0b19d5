using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Wire;

namespace Iot.Gateway.Mqtt;

/// <summary>Which device a connection speaks for: the one it has proved to be; without credentials, the first that it names. No other after it.</summary>
/// <remarks>Belongs to the connection's reader, save for <see cref="Device"/>.</remarks>
internal sealed class DeviceBinding(DevicePresence presence, DeviceIdentity identity, Place place, string client)
{
    private const string DevicePrefix = "v1/devices/";

    private DeviceId _device;
    private volatile bool _bound;
    private bool _proved;
    private bool _shutOut;

    /// <summary>Null until it speaks for one. Thread-safe.</summary>
    public DeviceId? Device => _bound ? _device : null;

    /// <summary>It has proved to be this device.</summary>
    /// <returns>Why that does not help it now.</returns>
    public MqttRefusal? WhyNotProved(DeviceId device)
    {
        _proved = true;
        return WhyNotFor(device);
    }

    /// <summary>Null when the connection speaks for <paramref name="device"/>, now if not before.</summary>
    public MqttRefusal? WhyNotFor(DeviceId device)
    {
        if (_shutOut) return MqttRefusal.NeedsProof;
        if (_bound) return _device == device ? null : MqttRefusal.ForeignTopic;
        if (!_proved && identity.NeedsProof(device)) return MqttRefusal.NeedsProof;
        if (place.WhyNotFor(device) is { } why) return why;

        _device = device;
        _bound = true;
        if (IsShutOutSince()) return MqttRefusal.NeedsProof;

        presence.Connected(device, client);
        return null;
    }

    /// <summary>The device got its first credentials, or was disabled, since it was asked about: who does that looks among the connections that are bound.</summary>
    private bool IsShutOutSince()
    {
        Interlocked.MemoryBarrier(); // bound first, then asked: one of the two sees the other
        if (_proved || !identity.NeedsProof(_device)) return false;

        _bound = false;
        return _shutOut = true;
    }

    /// <summary>Its own device's topics; who proved nothing, everybody's status, too.</summary>
    public bool MaySubscribe(string filter)
    {
        if (filter is "v1/devices/+/status") return !_proved;
        if (!filter.StartsWith(DevicePrefix, StringComparison.Ordinal)) return false;

        var rest = filter.AsSpan(DevicePrefix.Length);
        var slash = rest.IndexOf('/');
        return slash > 0 && DeviceId.TryParse(rest[..slash], out var device) && WhyNotFor(device) is null;
    }

    /// <summary>The connection is over.</summary>
    public void End()
    {
        if (_bound) presence.Disconnected(_device);
        _bound = false;
    }
}
