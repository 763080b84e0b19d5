using Iot.Gateway.Devices;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>How a device's clock stands, by its own words.</summary>
/// <param name="State"><c>synchronised</c>, <c>unsynchronised</c> (nobody confirms its times), <c>gateway</c> (our time, since it has no other), or absent.</param>
/// <param name="Skew">Seconds by which its own clock is ahead of ours, as it estimates.</param>
/// <param name="Rebased">Readings since our start that were recorded before it knew the time, and got theirs afterwards.</param>
/// <param name="Estimated">Readings since our start whose time is a guess: it was switched off before it knew.</param>
internal sealed record ClockJson(string? State, double? Skew, long Rebased, long Estimated)
{
    public static ClockJson Of(in DeviceClock clock) => new(StateOf(clock), double.IsNaN(clock.Skew) ? null : clock.Skew, clock.Rebased, clock.Estimated);

    /// <summary>Null when it never said how it stands now.</summary>
    public static string? StateOf(in DeviceClock clock) => clock.State is { } state ? SnakeCase.Of(state) : null;
}
