using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>One page of the devices that match.</summary>
/// <param name="Total">Devices there are.</param>
/// <param name="Matching">Those that match.</param>
/// <param name="Page">From 1; the last one when there are not so many.</param>
/// <param name="States">How many match but for their state, by state.</param>
internal sealed record FleetPage(int Total, int Matching, int Page, IReadOnlyList<StateCount> States, IReadOnlyList<ListedDevice> Devices);

internal sealed record StateCount(DeviceState State, int Devices);

/// <param name="LastSeen">Receipt of its newest message; absent when it never spoke, as are all the figures then.</param>
/// <param name="Registration"><c>pending</c>, <c>active</c> or <c>disabled</c>; absent when it is not registered.</param>
/// <param name="TokenUntil">End of an enrollment token that was not used yet.</param>
/// <param name="Rate">Readings a second over the last half minute.</param>
/// <param name="Gaps">Holes in its sequence numbers.</param>
/// <param name="Missing">Batches in those holes.</param>
/// <param name="Held">Those of them that the device holds still, as it said.</param>
/// <param name="Provable">False: it sends batches without a number, so that a missing one cannot be seen.</param>
/// <param name="Clock">As <see cref="ClockJson.State"/>.</param>
/// <param name="Skew">As <see cref="ClockJson.Skew"/>.</param>
internal sealed record ListedDevice(
    string Device, DeviceState State, string? LastSeen, string? Site, string? Type, string? Registration, string? TokenUntil,
    double? Rate, long? Rejected, int? Gaps, ulong? Missing, ulong? Held, bool? Provable, string? Clock, double? Skew)
{
    public static ListedDevice Of(in FleetEntry entry) => new(
        entry.Device.Value, entry.State, entry.Spoken?.LastSeen, Given(entry.Site), Given(entry.Type),
        entry.Registered is { } known ? SnakeCase.Of(known.State) : null,
        entry.Registered?.TokenUntil is { } until ? RegisteredDeviceJson.Time(until) : null,
        entry.Spoken?.Rate, entry.Spoken?.Rejected, entry.Spoken?.Gaps, entry.Spoken?.Missing, entry.Spoken?.Held, entry.Spoken?.Provable, entry.Spoken?.Clock, entry.Spoken?.Skew);

    private static string? Given(string text) => text.Length > 0 ? text : null;
}
