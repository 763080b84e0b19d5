using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>Devices that are registered, or have connected since the start.</summary>
internal sealed class KnownDevices(DeviceRegistry registry, DevicePresence presence)
{
    public bool Contains(DeviceId device) => registry.Find(device) is not null || presence.Find(device) is not null;
}
