using Iot.Wire;

namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>What a list of devices is ordered by. The name decides between equals.</summary>
internal enum FleetSort
{
    Name,
    LastSeen,
    Rate,
    Missing,
}

/// <summary>Which devices, in which order, and which page of them.</summary>
/// <param name="Search">A part of the name; empty: any.</param>
/// <param name="Site">Null: any; empty: those without one.</param>
/// <param name="Type">As <paramref name="Site"/>.</param>
/// <param name="State">Null: any.</param>
/// <param name="Only">This device and no other.</param>
/// <param name="Page">From 1; beyond the last one means the last.</param>
internal sealed record FleetQuestion(string Search, string? Site, string? Type, DeviceState? State, DeviceId? Only, FleetSort Sort, bool Descending, int Page, int PageSize)
{
    /// <summary>State set aside: those that match are counted by state.</summary>
    public bool Asks(in FleetEntry entry) =>
        (Only is not { } only || entry.Device == only)
        && (Site is null || entry.Site.Equals(Site, StringComparison.Ordinal))
        && (Type is null || entry.Type.Equals(Type, StringComparison.Ordinal))
        && (Search.Length == 0 || entry.Device.Value.Contains(Search, StringComparison.OrdinalIgnoreCase));
}
