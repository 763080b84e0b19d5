using Iot.Gateway.Dashboard.Fleet;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>What a subscriber wants to hear besides the overview: one of these.</summary>
internal sealed record LiveQuestion
{
    /// <summary>Rows of the fleet.</summary>
    public FleetView? Fleet { get; init; }

    /// <summary>A page of the list of devices.</summary>
    public FleetPageView? List { get; init; }

    /// <summary>One device: how it stands, its gaps, its values.</summary>
    public DeviceId? Device { get; init; }

    /// <summary>Values of some devices, and nothing else of them.</summary>
    public IReadOnlyCollection<DeviceId> Values { get; init; } = [];

    public IEnumerable<DeviceId> Watched => Device is { } device ? [device] : Values;

    /// <summary>Sinks, spool and store.</summary>
    public bool Sinks { get; init; }
}
