using Iot.Wire;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>Who says what time it is.</summary>
internal enum TimeSource
{
    /// <summary>Nobody: readings are stamped by the time since boot.</summary>
    None,

    /// <summary>An NTP client, as the kernel tells.</summary>
    Kernel,

    /// <summary><see cref="TimeOptions.SynchronisedFile"/> is there.</summary>
    File,

    /// <summary><see cref="TimeOptions.TrustClock"/>.</summary>
    Trusted,

    /// <summary>The gateway told, half the round trip taken off; counted on from there.</summary>
    Gateway,

    /// <summary>Somebody did, earlier in this boot; counted on from there.</summary>
    Held,

    /// <summary>This machine's own clock, after all patience: nobody confirmed it.</summary>
    Own,
}

internal static class TimeSources
{
    public static bool IsSynchronised(this TimeSource source) => source is TimeSource.Kernel or TimeSource.File or TimeSource.Trusted;

    /// <summary>The wall clock is read for each stamp; else it is counted on from the last that was known.</summary>
    public static bool FollowsWallClock(this TimeSource source) => source.IsSynchronised() || source == TimeSource.Own;

    public static ClockState ToState(this TimeSource source) => source switch
    {
        TimeSource.None => ClockState.Rebased, // by the time it is sent
        TimeSource.Gateway => ClockState.Gateway,
        TimeSource.Held or TimeSource.Own => ClockState.Unsynchronised,
        _ => ClockState.Synchronised,
    };
}
