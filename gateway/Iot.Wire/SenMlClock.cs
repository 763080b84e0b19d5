using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>Collects <c>clock</c> and <c>skew</c> of the first record. They are remarks: whatever is wrong with them costs nothing but them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SenMlClock()
{
    private ClockState? _state;
    private double _skew = double.NaN;

    /// <summary>A number that is not known here says nothing.</summary>
    public void SetState(ulong number) => _state = number <= (ulong)BatchClock.Highest ? (ClockState)number : null;

    public void SetSkew(double seconds) => _skew = double.IsFinite(seconds) ? seconds : double.NaN;

    /// <summary>Null when it does not say where its times come from.</summary>
    public readonly BatchClock? Said => _state is { } state ? new(state, _skew) : null;
}
