using System.Text.Json.Serialization;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>One device in the fleet's table.</summary>
/// <param name="Rate">Readings a second over the last half minute.</param>
/// <param name="Gaps">Holes in its sequence numbers.</param>
/// <param name="Missing">Batches in those holes.</param>
/// <param name="Held">Those of them that the device holds still, as it said.</param>
/// <param name="Clock">As <see cref="ClockJson.State"/>.</param>
/// <param name="Skew">As <see cref="ClockJson.Skew"/>.</param>
internal sealed record FleetRow(
    [property: JsonIgnore] DeviceId Id,
    DeviceState State,
    [property: JsonIgnore] long LastSeenNs,
    double Rate,
    long Received,
    long Accepted,
    long Rejected,
    long Duplicate,
    int Gaps,
    ulong Missing,
    ulong Held,
    bool Provable,
    bool Balanced,
    string? Clock,
    double? Skew)
{
    public string Device => Id.Value;

    /// <summary>To the millisecond, RFC 3339.</summary>
    public string LastSeen => TimeText.Format(LastSeenNs);

    public static FleetRow Of(DeviceBooks books, DeviceState state, DeviceClock? clock, double rate) => new(
        books.Device,
        state,
        books.LastSeenNs / 1_000_000 * 1_000_000,
        Math.Round(rate, 1),
        books.Received,
        books.Accepted,
        books.Rejected,
        books.Duplicate,
        books.Gaps.Count,
        Batches(books.Gaps, onlyHeld: false),
        Batches(books.Gaps, onlyHeld: true),
        books.Provable,
        Balance.Holds(books),
        clock is { } told ? ClockJson.StateOf(told) : null,
        clock is { Skew: not double.NaN } known ? known.Skew : null);

    private static ulong Batches(IReadOnlyList<SequenceGap> gaps, bool onlyHeld)
    {
        var sum = 0UL;
        for (var i = 0; i < gaps.Count; i++) // most devices have none, and all of them are asked
            if (gaps[i].Held || !onlyHeld) sum += gaps[i].To - gaps[i].From + 1;

        return sum;
    }
}
