using System.Runtime.InteropServices;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>One device that is registered or has ever spoken.</summary>
/// <param name="Spoken">Null: it never spoke.</param>
/// <param name="Registered">Null: it is not registered.</param>
/// <param name="Type">As registered, else that of the schema which claims it; empty: neither.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FleetEntry(DeviceId Device, FleetRow? Spoken, DirectoryEntry? Registered, string Type)
{
    public string Site => Registered?.Site ?? "";

    public DeviceState State => Registered is { State: EnrollmentState.Disabled } ? DeviceState.Disabled : Spoken?.State ?? DeviceState.NeverSpoke;
}
