namespace Iot.Gateway.Dashboard.Live;

/// <summary>How long a view of the whole fleet is good for: a second, or longer where it takes long to make.</summary>
internal static class Freshness
{
    /// <summary>Making it may take this part of one core.</summary>
    private const int Share = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.9);

    /// <summary>A machine that stood still for a while must not leave an old view for long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public static TimeSpan After(TimeSpan spent) => TimeSpan.FromTicks(Math.Clamp(spent.Ticks * Share, Shortest.Ticks, Longest.Ticks));
}
