using System.Globalization;

namespace Iot.LoadTest.Reports;

/// <summary>A column of the tables: its name, how a result gives it, how it is written.</summary>
internal sealed record LoadColumn(string Name, Func<LoadResult, double> Value, string Format)
{
    private const double Million = 1e6;

    /// <summary>What it costs.</summary>
    public static IReadOnlyList<LoadColumn> Cost { get; } =
    [
        new("readings/s acknowledged", r => r.Readings / r.UntilAcknowledged.TotalSeconds, "N0"),
        new("readings/s stored", r => r.Readings / r.UntilStored.TotalSeconds, "N0"),
        new("gateway CPU-s / M readings", r => r.Gateway.Process.Cpu.TotalSeconds / r.Readings * Million, "0.00"),
        new("… / M messages", r => r.Gateway.Process.Cpu.TotalSeconds / r.Measured.Sent * Million, "0.0"),
        new("… / M lines", r => r.Gateway.Process.Cpu.TotalSeconds / (r.Measured.Sent * r.Plan.Points) * Million, "0.0"),
        new("generator + sink CPU-s / M readings", r => r.GeneratorCpu.TotalSeconds / r.Readings * Million, "0.00"),
        new("allocated B / message", r => (double)r.Gateway.AllocatedBytes / r.Measured.Sent, "N0"),
        new("peak RSS MB", r => r.Gateway.Process.PeakRssBytes / Million, "0"),
        new("lost", r => Math.Max(0, r.Expected - r.InSink), "0"),
    ];

    /// <summary>What it writes, and how long it takes.</summary>
    public static IReadOnlyList<LoadColumn> BytesAndTimes { get; } =
    [
        new("fsyncs", r => r.Gateway.Fsyncs, "N0"),
        new("wire B / reading", r => (double)r.Measured.WireBytes / r.Readings, "0.0"),
        new("journal B / reading", r => (double)r.Gateway.JournalBytes / r.Readings, "0.0"),
        new("store B / reading", r => r.StoreBytesAReading, "0.0"),
        new("written B / reading", r => (double)r.Gateway.Process.WrittenBytes / r.Readings, "0.0"),
        new("PUBACK p50 ms", r => r.PubAck.P50, "0.0"),
        new("p99", r => r.PubAck.P99, "0.0"),
        new("p99.9", r => r.PubAck.P999, "0.0"),
        new("stored p50 ms", r => r.Sink.P50, "0.0"),
        new("p99", r => r.Sink.P99, "0.0"),
        new("p99.9", r => r.Sink.P999, "0.0"),
    ];

    /// <summary>Markdown: a row a plan, the median of each column over its runs.</summary>
    public static string Table(IReadOnlyList<LoadColumn> columns, IReadOnlyList<IReadOnlyList<LoadResult>> plans) => string.Join('\n',
    [
        $"| load | {string.Join(" | ", columns.Select(column => column.Name))} |",
        $"|---|{string.Concat(columns.Select(_ => "---:|"))}",
        .. plans.Select(runs => $"| {runs[0].Plan.Name} | {string.Join(" | ", columns.Select(column => column.Median(runs)))} |"),
    ]);

    public string Median(IReadOnlyList<LoadResult> runs)
    {
        var values = runs.Select(Value).Order().ToList();
        var median = values[values.Count / 2];
        return double.IsNaN(median) ? "–" : median.ToString(Format, CultureInfo.InvariantCulture);
    }
}
