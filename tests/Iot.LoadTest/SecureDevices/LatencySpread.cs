using System.Globalization;

namespace Iot.LoadTest.SecureDevices;

/// <summary>Three points of a distribution, in milliseconds; NaN when nothing was counted.</summary>
internal sealed record LatencySpread(double P50, double P99, double Max)
{
    public static LatencySpread Of(LatencyHistogram histogram) => new(histogram.PercentileMs(0.5), histogram.PercentileMs(0.99), histogram.PercentileMs(1));

    public override string ToString() => double.IsNaN(P50) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{P50:N0} / {P99:N0} / {Max:N0}");
}
