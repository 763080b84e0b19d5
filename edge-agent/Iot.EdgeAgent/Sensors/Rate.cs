using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Turns a counter of the kernel into a rate.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Rate
{
    private double _count;
    private double _seconds;

    /// <returns>Per second since the last call; NaN the first time, and after the counter went back.</returns>
    public double Next(double count, double seconds)
    {
        var (grown, elapsed) = (count - _count, seconds - _seconds);
        var known = _seconds > 0 && grown >= 0 && elapsed > 0;
        (_count, _seconds) = (count, seconds);
        return known ? Math.Round(grown / elapsed, 1) : double.NaN;
    }
}
