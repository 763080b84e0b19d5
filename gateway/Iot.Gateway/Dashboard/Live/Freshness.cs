namespace Iot.Gateway.Dashboard.Live;

/// <summary>How long a view of the whole fleet is good for: a second; longer where there are so many devices that making it costs more than a tenth of one core.</summary>
/// <remarks>By their number and not by what it took: a machine that is slow for a moment would be shown old figures for many.</remarks>
internal static class Freshness
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.9);

    /// <summary>Ten times what one takes: 100,000 devices are looked at every 3 s.</summary>
    private static readonly TimeSpan ADevice = TimeSpan.FromMicroseconds(30);

    public static TimeSpan Of(int devices) => TimeSpan.FromTicks(Math.Max(Shortest.Ticks, devices * ADevice.Ticks));
}
