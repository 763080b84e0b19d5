namespace Iot.Gateway.Delivery;

/// <summary>How wide the buckets of a chart are: two points each, never more than asked for.</summary>
internal static class ChartBuckets
{
    public const int FewestPoints = 4;

    private const long Minute = 60_000_000_000;
    private const long Hour = 60 * Minute;

    /// <summary>Buckets are aligned to 1970, so a range may cut one more than it is long.</summary>
    /// <param name="whole">Minutes or hours are taken whole from a minute on, as roll-ups know them.</param>
    /// <returns>Nanoseconds, a whole number of ticks.</returns>
    public static long Width(long fromNs, long toNs, int points, bool whole)
    {
        var range = (Int128)toNs - fromNs;
        var buckets = Math.Max(1, (points / 2) - 1);
        var width = (long)Int128.Min((range + buckets - 1) / buckets, long.MaxValue / 4);
        var unit = !whole || width <= Minute / 2 ? TimeSpan.NanosecondsPerTick : width <= Hour / 2 ? Minute : Hour;
        return Math.Max(unit, (width + unit - 1) / unit * unit);
    }
}
