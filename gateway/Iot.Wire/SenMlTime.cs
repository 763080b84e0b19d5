using System.Globalization;
using System.Text.Unicode;

namespace Iot.Wire;

/// <summary>Seconds on the wire, nanoseconds here: exact, or refused.</summary>
public static class SenMlTime
{
    /// <summary>2^28 s, July 1978: RFC 8428 takes every time below it as relative to now, so a pack cannot carry an earlier one.</summary>
    public const long EarliestAbsoluteNs = (1L << 28) * NsPerSecond;

    internal const long NsPerSecond = 1_000_000_000;

    /// <summary>Base time plus time; a sum below 2^28 s counts from the time of receipt. False when it does not fit.</summary>
    internal static bool TryResolve(long baseNs, long ns, long receivedAtNs, out long timeNs)
    {
        if (!TryAdd(baseNs, ns, out timeNs)) return false;

        return timeNs >= EarliestAbsoluteNs || TryAdd(timeNs, receivedAtNs, out timeNs);
    }

    internal static bool TryFromSeconds(long seconds, out long ns)
    {
        var fits = seconds is >= long.MinValue / NsPerSecond and <= long.MaxValue / NsPerSecond;
        ns = fits ? seconds * NsPerSecond : 0;
        return fits;
    }

    /// <summary>A float means the whole microsecond it is nearest to, if it is the float of that one; else the nearest nanosecond.</summary>
    /// <remarks>So 1276020076.001 is the same time in JSON and CBOR, though the double lies 72 ns below it; distinct floats stay distinct.</remarks>
    internal static bool TryFromSeconds(double seconds, out long ns)
    {
        ns = 0;
        if (!(Math.Abs(seconds) < long.MaxValue / (double)NsPerSecond)) return false;

        var microseconds = Math.Round(seconds * 1e6);
        if (Math.Abs(microseconds) < 1L << 53 && microseconds / 1e6 == seconds)
        {
            ns = (long)microseconds * 1000;
            return true;
        }

        // Split first: the product of a large double with 1e9 would be rounded to 256 ns.
        var whole = Math.Truncate(seconds);
        return TryAdd((long)whole * NsPerSecond, (long)Math.Round((seconds - whole) * NsPerSecond), out ns);
    }

    /// <summary>Writes seconds as JSON does, with as many decimals as it takes: <c>-0.25</c>.</summary>
    internal static int FormatSeconds(long ns, Span<byte> destination)
    {
        var (seconds, fraction) = Math.DivRem(ns < 0 ? 0UL - (ulong)ns : (ulong)ns, (ulong)NsPerSecond);
        Utf8.TryWrite(destination, CultureInfo.InvariantCulture, $"{(ns < 0 ? "-" : "")}{seconds}.{fraction:d9}", out var length);
        return destination[..length].TrimEnd((byte)'0').TrimEnd((byte)'.').Length;
    }

    private static bool TryAdd(long a, long b, out long sum)
    {
        sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) >= 0;
    }
}
