using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Iot.Gateway.Observability;

/// <summary>What the gateway counts: one meter, <c>iot.gateway.noun.verb</c>, tags from bounded sets, counted per message or write.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class GatewayMetrics
{
    public const string MeterName = "Iot.Gateway";

    private static readonly double[] IngestSeconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
    private static readonly double[] WriteSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] AgeSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21600, 86400];

    private readonly Counter<long> _messages;
    private readonly Counter<long> _payloadBytes;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _duplicate;
    private readonly Histogram<double> _ingest;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _write;
    private readonly Histogram<double> _age;
    private readonly Meter _meter;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(new MeterOptions(MeterName) { Version = GatewayVersion.Text });
        _messages = _meter.CreateCounter<long>("iot.gateway.messages.received", "{message}", "MQTT messages that ended ingest, by result.");
        _payloadBytes = _meter.CreateCounter<long>("iot.gateway.payload.received", "By", "Payload bytes as they arrived.");
        _accepted = _meter.CreateCounter<long>("iot.gateway.readings.accepted", "{reading}", "Readings on disk for every sink.");
        _rejected = _meter.CreateCounter<long>("iot.gateway.readings.rejected", "{reading}", "Readings refused for good, by reason.");
        _duplicate = _meter.CreateCounter<long>("iot.gateway.readings.duplicate", "{reading}", "Readings that had arrived before.");
        _ingest = Seconds("iot.gateway.ingest.duration", "From receipt of a message to its verdict on disk.", IngestSeconds);
        _delivered = _meter.CreateCounter<long>("iot.gateway.readings.delivered", "{reading}", "Readings stored, by sink.");
        _refused = _meter.CreateCounter<long>("iot.gateway.readings.refused", "{reading}", "Readings a sink will never take, by sink; they are dead letters.");
        _attempts = _meter.CreateCounter<long>("iot.gateway.writes.attempted", "{attempt}", "Attempts of writes, by sink; more than writes means retries.");
        _write = Seconds("iot.gateway.write.duration", "One write with all its attempts, by sink.", WriteSeconds);
        _age = Seconds("iot.gateway.delivery.latency", "From the device's timestamp to stored, newest reading of a write, by sink.", AgeSeconds);
    }

    /// <summary>From receipt of a message to its verdict on disk, for the dashboard.</summary>
    public DurationCounts IngestTimes { get; } = new();

    /// <summary>One message ended ingest; its counts are readings.</summary>
    public void MessageIngested(IngestResult result, int payloadBytes, int accepted, int duplicate, TimeSpan took)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("result", ResultTag(result)));
        _payloadBytes.Add(payloadBytes);
        if (accepted > 0) _accepted.Add(accepted);
        if (duplicate > 0) _duplicate.Add(duplicate);
        _ingest.Record(took.TotalSeconds);
        IngestTimes.Add(took);
    }

    /// <summary>Called once per reason that occurs in a message.</summary>
    public void ReadingsRejected(RejectReason reason, int count) =>
        _rejected.Add(count, new KeyValuePair<string, object?>("reason", SnakeCase.Of(reason)));

    /// <summary>One write to a sink went through.</summary>
    /// <param name="newestNs">Time of its newest reading, nanoseconds since 1970.</param>
    /// <param name="nowNs">The gateway's clock at that moment; a device clock that runs ahead counts as 0.</param>
    public void WriteFinished(string sink, int stored, int refused, int attempts, TimeSpan took, long newestNs, long nowNs)
    {
        var tag = new KeyValuePair<string, object?>("sink", sink);
        if (stored > 0) _delivered.Add(stored, tag);
        if (refused > 0) _refused.Add(refused, tag);
        _attempts.Add(attempts, tag);
        _write.Record(took.TotalSeconds, tag);
        _age.Record(Math.Max(0, nowNs - newestNs) / 1e9, tag);
    }

    /// <summary>Adds what is read at the time of scraping. Called once.</summary>
    public void Observe(GatewayHealth health, TimeProvider clock) => ObservedFigures.Add(_meter, health, clock);

    private Histogram<double> Seconds(string name, string description, double[] bounds) => _meter.CreateHistogram(
        name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static string ResultTag(IngestResult result) => result switch
    {
        IngestResult.Stored => "stored",
        IngestResult.Duplicate => "duplicate",
        IngestResult.Refused => "refused",
        IngestResult.Full => "full",
        IngestResult.Failed => "failed",
        _ => throw new UnreachableException(),
    };
}
