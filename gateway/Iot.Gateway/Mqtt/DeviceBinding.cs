using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Wire;

namespace Iot.Gateway.Mqtt;

/// <summary>Which device a connection speaks for: without credentials, the first that it names, and no other after it.</summary>
/// <remarks>Belongs to the connection's reader.</remarks>
internal sealed class DeviceBinding(DevicePresence presence, Place place, string client)
{
    private const string DevicePrefix = "v1/devices/";

    private DeviceId _device;
    private bool _bound;

    /// <summary>Null when the connection speaks for <paramref name="device"/>, now if not before.</summary>
    public MqttRefusal? WhyNotFor(DeviceId device)
    {
        if (_bound) return _device == device ? null : MqttRefusal.ForeignTopic;
        if (place.WhyNotFor(device) is { } why) return why;

        (_device, _bound) = (device, true);
        presence.Connected(device, client);
        return null;
    }

    /// <summary>Its own device's topics, and everybody's status.</summary>
    public bool MaySubscribe(string filter)
    {
        if (filter is "v1/devices/+/status") return true;
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
