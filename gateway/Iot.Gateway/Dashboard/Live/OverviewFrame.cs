using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>The strip on top of the page, once a second; also the sign that the connection lives.</summary>
/// <param name="Ingest">Null while no messages come.</param>
/// <param name="Attention">What somebody should look at, the worst first.</param>
/// <param name="Pending">Readings that the slowest sink has still to take.</param>
internal sealed record OverviewFrame(
    string At,
    double ReadingsPerSecond,
    int Devices,
    int Online,
    int Connections,
    long Pending,
    JournalFigures Journal,
    BooksFrame Books,
    IReadOnlyList<SinkFrame> Sinks,
    SecurityStand Security,
    DeadLetterStand DeadLetters,
    IngestFrame? Ingest,
    IReadOnlyList<Attention> Attention)
{
    public static OverviewFrame Of(FleetSnapshot fleet, (TimeSpan Median, TimeSpan P99)? ingest, GatewayView view)
    {
        var figures = view.Figures;
        var sinks = figures.Sinks();
        return new(
            TimeText.Format(fleet.At.ToUnixTimeMilliseconds() * 1_000_000),
            fleet.ReadingsPerSecond,
            fleet.Rows.Count,
            fleet.Online,
            figures.Connections(),
            sinks.Count == 0 ? 0 : sinks.Max(sink => sink.Pending),
            figures.Journal(),
            BooksFrame.Of(fleet.Balance),
            [.. sinks.Select(sink => new SinkFrame(sink.Name, CircuitText(sink.Circuit), sink.Problem, sink.Pending))],
            view.Security(),
            view.DeadLetters.Stand(),
            ingest is { } took ? new(took.Median.TotalSeconds, took.P99.TotalSeconds) : null,
            Live.Attention.Of(fleet, view));
    }

    public static string CircuitText(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.HalfOpen => "half-open",
        CircuitState.Open => "open",
        _ => "none",
    };
}

/// <summary>From receipt of a message to its verdict on disk, in seconds, over the last half minute.</summary>
internal sealed record IngestFrame(double Median, double P99);

/// <summary>The sums of all devices, and whether they come out.</summary>
internal sealed record BooksFrame(long Received, long Accepted, long Rejected, long Duplicate, bool Balanced, IReadOnlyList<SinkBooksFrame> Sinks)
{
    public static BooksFrame Of(Balance sum) => new(
        sum.Received, sum.Accepted, sum.Rejected, sum.Duplicate, sum.IsReceiptBalanced,
        [.. sum.Sinks.Select(sink => new SinkBooksFrame(sink.Sink, sink.Stored, sink.Pending, sink.DeadLettered, sink.Before, sum.IsBalanced(sink)))]);
}

internal sealed record SinkBooksFrame(string Sink, long Stored, long Pending, long DeadLettered, long Before, bool Balanced);

/// <param name="Circuit"><c>closed</c>, <c>half-open</c>, <c>open</c>, or <c>none</c> for a sink that needs no circuit.</param>
internal sealed record SinkFrame(string Name, string Circuit, string? Problem, long Pending);
