using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>Where the times of a batch come from. The numbers stand on the wire; never reuse one.</summary>
public enum ClockState : byte
{
    /// <summary>The device's clock was synchronised when it stamped the readings.</summary>
    Synchronised = 0,

    /// <summary>The device's own clock, which nothing confirmed.</summary>
    Unsynchronised = 1,

    /// <summary>Recorded before the time was known, on a clock that only counts; bound to the time afterwards.</summary>
    Rebased = 2,

    /// <summary>Recorded while the time was not known, and the device was switched off before it was: order and distances are true, the time is a guess.</summary>
    Estimated = 3,

    /// <summary>The time that the gateway told, since the device has no other source.</summary>
    Gateway = 4,
}

/// <summary>What a batch says of the clock behind its times.</summary>
/// <param name="Skew">Seconds by which the device's own clock is ahead of the gateway's, estimated; NaN when it does not say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchClock(ClockState State, double Skew)
{
    internal const ClockState Highest = ClockState.Gateway;
}
