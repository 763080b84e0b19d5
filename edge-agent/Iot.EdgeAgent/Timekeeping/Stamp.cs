using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>When a round of readings was taken.</summary>
/// <param name="TimeNs">Nanoseconds since 1970; of an unbound stamp since <see cref="UnboundOriginNs"/> before this boot.</param>
/// <param name="Clock">What a batch with this time says of it. <see cref="ClockState.Rebased"/>: the time is not known yet.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Stamp(long TimeNs, BatchClock Clock)
{
    /// <summary>SenML carries no earlier times, and no clock that was ever set says one so near to it: an unbound batch is a pack like any other, only that nobody may send it.</summary>
    public const long UnboundOriginNs = SenMlTime.EarliestAbsoluteNs;

    private const long NsPerMs = 1_000_000;

    public bool IsBound => Clock.State != ClockState.Rebased;

    /// <summary>Times are whole milliseconds: finer ones cost bytes and tell nothing about a value read from the kernel.</summary>
    public static Stamp Unbound(long bootNs, double skew) => new(bootNs / NsPerMs * NsPerMs + UnboundOriginNs, new(ClockState.Rebased, skew));

    /// <summary>Of a clock that is believed.</summary>
    public static Stamp Of(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds() * NsPerMs, new(ClockState.Synchronised, double.NaN));
}
