using System.Buffers.Text;
using Iot.LoadTest.Devices;

namespace Iot.LoadTest.Sinks;

/// <summary>A line of line protocol as a sink gets it: of which device, and which of its points.</summary>
internal static class LoadLine
{
    /// <summary>Times below are milliseconds, as some clients write them; nanoseconds have been longer since 1970.</summary>
    private const long LeastNs = 100_000_000_000_000;

    /// <param name="line">Without its line feed.</param>
    /// <param name="device">Index of the device in its fleet.</param>
    /// <param name="point">0 for the device's first, then 1, 2 … in the order of publishing.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, out int device, out long point)
    {
        (device, point) = (0, 0);
        var at = line.IndexOf("device=load-"u8);
        if (at < 0 || !Utf8Parser.TryParse(line[(at + 12)..], out device, out _)) return false;
        if (!Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out long time, out _)) return false;

        point = ((time < LeastNs ? time * 1_000_000 : time) - PayloadWriter.FirstTimeNs) / PayloadWriter.StepNs;
        return true;
    }
}
