using System.Runtime.InteropServices;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>From a nanosecond up to another one that does not count any more.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimeRange(long From, long To)
{
    public bool IsEmpty => From >= To;

    public static TimeRange Of(ReadingQuery query) => new(
        Math.Clamp(query.FromNs, RollUpUnit.Earliest, RollUpUnit.Latest), Math.Clamp(query.ToNs, RollUpUnit.Earliest, RollUpUnit.Latest));

    /// <summary>The whole buckets in it; when there is none, an empty range at its end.</summary>
    public TimeRange Whole(long width)
    {
        var (from, to) = (RollUpUnit.Ceiling(From, width), RollUpUnit.Floor(To, width));
        return from < to ? new(from, to) : new(To, To);
    }

    public TimeRange Within(TimeRange other) => new(Math.Max(From, other.From), Math.Min(To, other.To));

    public TimeRange After(long time) => new(Math.Max(From, time), To);
}
