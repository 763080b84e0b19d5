using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;

namespace Iot.LoadTest.Reports;

/// <summary>What one run showed. Figures are of the measured part; counts for the check are of the whole run.</summary>
internal sealed record LoadResult
{
    public required LoadPlan Plan { get; init; }

    public required TallyFigures Measured { get; init; }

    public required GatewayFigures Gateway { get; init; }

    /// <summary>From the first publish to the last answer.</summary>
    public required TimeSpan UntilAcknowledged { get; init; }

    /// <summary>From the first publish until the sink had everything.</summary>
    public required TimeSpan UntilStored { get; init; }

    /// <summary>CPU of this process: devices and, when it is the counting one, sink.</summary>
    public required TimeSpan GeneratorCpu { get; init; }

    public required Percentiles PubAck { get; init; }

    public required Percentiles Sink { get; init; }

    /// <summary>Readings that must be there, warm-up included.</summary>
    public required long Expected { get; init; }

    public required long InSink { get; init; }

    public required BooksTotal Books { get; init; }

    /// <summary>Of the embedded store, per reading stored.</summary>
    public double StoreBytesAReading { get; init; } = double.NaN;

    public long Readings => Measured.Sent * Plan.Readings;

    /// <summary>What does not add up; empty when nothing was lost.</summary>
    public IEnumerable<string> Problems()
    {
        if (Measured.Refused > 0) yield return $"{Measured.Refused} messages were refused.";
        if (InSink < Expected) yield return $"LOST: {Expected - InSink} of {Expected} readings are not in the sink.";
        if (InSink > Expected) yield return $"{InSink - Expected} readings are in the sink more often than they were sent.";
        if (Books.Accepted != Expected) yield return $"The ledger accepted {Books.Accepted} readings, not {Expected}.";
        if (Books.Stored != Expected) yield return $"The ledger says {Books.Stored} readings are stored, not {Expected}; {Books.Pending} pending.";
        if (!Books.Balanced || Books.Gaps > 0) yield return $"The books do not balance, or name {Books.Gaps} gaps.";
    }
}

/// <summary>In milliseconds.</summary>
internal sealed record Percentiles(double P50, double P99, double P999)
{
    public static Percentiles Of(LatencyHistogram histogram) =>
        new(histogram.PercentileMs(0.5), histogram.PercentileMs(0.99), histogram.PercentileMs(0.999));
}
