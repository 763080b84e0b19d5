using System.Runtime.InteropServices;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>How fast a total grows, over the last half minute: long enough for devices that send in bursts.</summary>
internal sealed class RateWindow
{
    private const int Slots = 32;

    private readonly Sample[] _samples = new Sample[Slots];
    private int _next;
    private int _count;

    /// <returns>Per second since the oldest sample kept; 0 after the first.</returns>
    public double Add(TimeSpan at, long total)
    {
        var oldest = _count == 0 ? new(at, total) : _samples[_count < Slots ? 0 : _next];
        _samples[_next] = new(at, total);
        _next = (_next + 1) % Slots;
        _count = Math.Min(_count + 1, Slots);

        var seconds = (at - oldest.At).TotalSeconds;
        return seconds <= 0 ? 0 : Math.Max(0, total - oldest.Total) / seconds;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sample(TimeSpan At, long Total);
}
