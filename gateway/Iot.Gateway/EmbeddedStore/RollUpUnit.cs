namespace Iot.Gateway.EmbeddedStore;

/// <summary>The widths that readings are rolled up to, in nanoseconds, and the arithmetic of buckets aligned to 1970.</summary>
internal static class RollUpUnit
{
    public const long Minute = 60_000_000_000;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>Before all times there can be, with room to subtract from.</summary>
    public const long Earliest = -9_000_000_000_000_000_000;

    public const long Latest = 9_000_000_000_000_000_000;

    /// <summary>Start of the bucket that holds a time.</summary>
    public static long Floor(long timeNs, long width) => timeNs - (((timeNs % width) + width) % width);

    /// <summary>Start of the first bucket that begins at a time or after it.</summary>
    public static long Ceiling(long timeNs, long width) => Floor(timeNs + width - 1, width);

    /// <summary>The same as <see cref="Floor"/>, in SQL.</summary>
    public static string Bucket(string time, long width) => FormattableString.Invariant($"{time} - (({time} % {width}) + {width}) % {width}");
}
