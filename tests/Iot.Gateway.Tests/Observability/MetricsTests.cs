using Iot.Gateway.Delivery;
using Iot.Gateway.Observability;
using Iot.Gateway.Tests.Dashboard;

namespace Iot.Gateway.Tests.Observability;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <remarks>Alone, since a meter provider listens to every meter of its name in the process.</remarks>
[Collection(nameof(Alone))]
public class MetricsTests
{
    [Fact]
    public async Task What_was_counted_can_be_scraped()
    {
        var canned = new CannedGateway();
        canned.Sinks.Add(new("Influx", CircuitState.Open, "InfluxDB does not answer; readings wait.", 10, 5, 0) { Past = SinkPast.None with { OldestOwedNs = 1_700_000_000_000_000_000 } });
        await using var gateway = await canned.StartAsync();
        var metrics = gateway.Get<GatewayMetrics>();

        metrics.MessageIngested(IngestResult.Stored, payloadBytes: 100, accepted: 7, duplicate: 0, TimeSpan.FromMilliseconds(2));
        metrics.MessageIngested(IngestResult.Duplicate, payloadBytes: 50, accepted: 0, duplicate: 3, TimeSpan.FromMilliseconds(1));
        metrics.ReadingsRejected(RejectReason.AboveMaximum, 2);
        metrics.WriteFinished("Influx", stored: 7, refused: 1, attempts: 3, TimeSpan.FromSeconds(0.2), newestNs: 1_000_000_000, nowNs: 3_000_000_000);
        var text = await gateway.Client().GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Equal(1, Value(text, "iot_gateway_messages_received_total", "result=\"stored\""));
        Assert.Equal(1, Value(text, "iot_gateway_messages_received_total", "result=\"duplicate\""));
        Assert.Equal(7, Value(text, "iot_gateway_readings_accepted_total"));
        Assert.Equal(3, Value(text, "iot_gateway_readings_duplicate_total"));
        Assert.Equal(2, Value(text, "iot_gateway_readings_rejected_total", "reason=\"above_maximum\""));
        Assert.Equal(2, Value(text, "iot_gateway_ingest_duration_seconds_count"));
        Assert.Equal(7, Value(text, "iot_gateway_readings_delivered_total", "sink=\"Influx\""));
        Assert.Equal(3, Value(text, "iot_gateway_writes_attempted_total", "sink=\"Influx\""));
        Assert.Equal(2, Value(text, "iot_gateway_delivery_latency_seconds_sum", "sink=\"Influx\""));
        Assert.Equal(5, Value(text, "iot_gateway_readings_pending", "sink=\"Influx\""));
        Assert.True(Value(text, "iot_gateway_delivery_backlog_seconds", "sink=\"Influx\"") > 1e6);
        Assert.Equal(0, Value(text, "iot_gateway_delivery_backlog_seconds", "sink=\"Embedded\""));
        Assert.Equal(1, Value(text, "iot_gateway_circuit_state", "state=\"open\""));
        Assert.Equal(0, Value(text, "iot_gateway_circuit_state", "state=\"closed\""));
        Assert.Equal(500, Value(text, "iot_gateway_journal_appended_total"));
        Assert.Equal(90, Value(text, "iot_gateway_journal_synced_total"));
        Assert.Equal(0, Value(text, "iot_gateway_journal_full"));
        Assert.Equal(32 << 20, Value(text, "iot_gateway_journal_held_bytes"));
        Assert.Equal(1, Value(text, "iot_gateway_health_state", "state=\"degraded\""));
        Assert.Equal(0, Value(text, "iot_gateway_books_unbalanced"));
        Assert.Contains("dotnet_gc_collections_total", text, StringComparison.Ordinal);
    }

    /// <summary>The value of the one line of this name that holds these labels.</summary>
    private static double Value(string text, string name, string labels = "")
    {
        var line = Assert.Single(text.Split('\n'), line => line.StartsWith(name, StringComparison.Ordinal)
            && line[name.Length] is '{' or ' ' && line.Contains(labels, StringComparison.Ordinal));
        return double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
