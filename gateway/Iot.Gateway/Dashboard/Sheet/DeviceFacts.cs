using Iot.Gateway.Detection;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>What the parts of the gateway know of one device at one moment.</summary>
/// <param name="Books">Null: it never spoke.</param>
/// <param name="Registered">Null: nobody has added it.</param>
/// <param name="Security">Open events about it.</param>
/// <param name="Status">Of its retained status message.</param>
internal sealed record DeviceFacts(
    DeviceId Device, DateTimeOffset Now, DeviceBooks? Books, DevicePresence? Presence, DeviceClock? Clock, RegisteredDevice? Registered, ConfigStand Config,
    IReadOnlyList<SecurityEvent> Security, IReadOnlyList<StatusLine> Status)
{
    /// <summary>Anything at all is known of it.</summary>
    public bool IsKnown => Books is not null || Presence is not null || Registered is not null || Config.Version > 0;

    /// <summary>Null: it never spoke.</summary>
    public DeviceState? State => Books is null ? null : DeviceStates.Of(Books, Presence, Now);
}
