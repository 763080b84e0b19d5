using System.Diagnostics.Metrics;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Observability;

/// <summary>Instruments that are read when somebody scrapes, not counted as things happen.</summary>
internal static class ObservedFigures
{
    public static void Add(Meter meter, GatewayFigures figures)
    {
        AddJournal(meter, figures.Journal);
        AddSinks(meter, figures.Sinks);
        meter.CreateObservableGauge("iot.gateway.connections.open", figures.Connections, "{connection}", "MQTT connections.");
        meter.CreateObservableGauge("iot.gateway.clocks.told", () => Clocks(figures.Clocks()), "{device}", "Devices by how their clock stands, as they tell; unsynchronised: nobody confirms the times of their readings.");
    }

    private static void AddJournal(Meter meter, Func<JournalFigures> journal)
    {
        meter.CreateObservableCounter("iot.gateway.journal.appended", () => journal().Appended, "{record}", "Records appended to the journal.");
        meter.CreateObservableCounter("iot.gateway.journal.written", () => journal().AppendedBytes, "By", "Bytes appended to the journal.");
        meter.CreateObservableCounter("iot.gateway.journal.synced", () => journal().Syncs, "{fsync}", "fsyncs of the journal.");
        meter.CreateObservableGauge("iot.gateway.journal.size", () => journal().Bytes, "By", "The journal on disk.");
        meter.CreateObservableGauge("iot.gateway.journal.limit", () => journal().MaxBytes, "By", "What the journal may take.");
        meter.CreateObservableGauge("iot.gateway.journal.full", () => journal().IsFull ? 1 : 0, unit: null, "1 while nothing is acknowledged for want of room.");
    }

    private static void AddSinks(Meter meter, Func<IReadOnlyList<SinkStatus>> sinks)
    {
        meter.CreateObservableGauge("iot.gateway.readings.pending", () => sinks().Select(sink =>
            new Measurement<long>(sink.Pending, new KeyValuePair<string, object?>("sink", sink.Name))), "{reading}", "Accepted and not yet stored, by sink.");
        meter.CreateObservableGauge("iot.gateway.circuit.state", () => sinks().SelectMany(States), unit: null, "1 for the state a sink's circuit is in, 0 for the others.");
    }

    private static IEnumerable<Measurement<int>> Clocks(IReadOnlyDictionary<ClockState, int> clocks) =>
        new[] { ClockState.Synchronised, ClockState.Unsynchronised, ClockState.Gateway }.Select(state => new Measurement<int>(
            clocks.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", SnakeCase.Of(state))));

    private static IEnumerable<Measurement<int>> States(SinkStatus sink) => sink.Circuit == CircuitState.None
        ? []
        : new[] { CircuitState.Closed, CircuitState.HalfOpen, CircuitState.Open }.Select(state => new Measurement<int>(
            sink.Circuit == state ? 1 : 0,
            new KeyValuePair<string, object?>("sink", sink.Name),
            new KeyValuePair<string, object?>("state", SnakeCase.Of(state))));
}
