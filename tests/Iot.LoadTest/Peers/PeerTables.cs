using System.Globalization;

namespace Iot.LoadTest.Peers;

/// <summary>Markdown: a row a peer, medians of its runs; of what was lost or doubled, every run.</summary>
internal static class PeerTables
{
    private const double Million = 1e6;

    private static readonly (string Name, Func<PeerResult, double> Value, string Format)[] Columns =
    [
        ("readings/s stored", run => run.Published / run.UntilStored.TotalSeconds, "N0"),
        ("bridge CPU-s / M readings", run => PerMillion(run, run.Bridge.Cpu), "0.00"),
        ("broker CPU-s / M readings", run => run.BrokerCpu is { } cpu ? PerMillion(run, cpu) : double.NaN, "0.00"),
        ("bridge peak RSS MB", run => run.Bridge.PeakRssBytes / Million, "0"),
        ("publish to sink p50 ms", run => run.Sink.P50, "N0"),
        ("p99", run => run.Sink.P99, "N0"),
    ];

    public static string Of(string load, IEnumerable<PeerResult> results) => string.Join('\n',
    [
        $"### {load}",
        "",
        $"| peer | {string.Join(" | ", Columns.Select(column => column.Name))} | lost | doubled |",
        $"|---|{string.Concat(Columns.Select(_ => "---:|"))}---:|---:|",
        .. results.GroupBy(run => run.Peer, (peer, runs) => Row(peer, [.. runs])),
    ]);

    public static string Of(IEnumerable<KilledResult> results) => string.Join('\n',
    [
        "### kill -9 of the bridge in the middle of 2,000 messages/s of one reading, started again at once",
        "",
        "| peer | published, warm-up included | lost | doubled |",
        "|---|---:|---:|---:|",
        .. results.GroupBy(run => run.Peer, (peer, runs) => Row(peer, [.. runs])),
    ]);

    public static string Summary(PeerResult run)
    {
        var columns = Columns.Select(column => $"{column.Name} {Text(column.Value(run), column.Format)}");
        return $"{run.Peer.Name}: {run.Published} readings, {string.Join(", ", columns)}, lost {run.Lost}, doubled {run.Doubled}.";
    }

    private static string Row(Peer peer, List<PeerResult> runs)
    {
        var medians = Columns.Select(column => Text(runs.Select(column.Value).Order().ElementAt(runs.Count / 2), column.Format));
        return $"| {peer.Name} | {string.Join(" | ", medians)} | {Each(runs, run => run.Lost)} | {Each(runs, run => run.Doubled)} |";
    }

    private static string Row(Peer peer, List<KilledResult> runs) =>
        $"| {peer.Name} | {Each(runs, run => run.Published)} | {Each(runs, run => run.Lost)} | {Each(runs, run => run.Doubled)} |";

    private static string Each<T>(List<T> runs, Func<T, long> value) => runs.TrueForAll(run => value(run) == 0)
        ? "0"
        : string.Join(" · ", runs.Select(run => Text(value(run), "N0")));

    private static double PerMillion(PeerResult run, TimeSpan cpu) => cpu.TotalSeconds / run.Published * Million;

    private static string Text(double value, string format) => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}
