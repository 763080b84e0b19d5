using System.Diagnostics.Metrics;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Observability;

/// <summary>Instruments that are read when somebody scrapes, not counted as things happen.</summary>
internal static class ObservedFigures
{
    public static void Add(Meter meter, GatewayHealth health, TimeProvider clock)
    {
        var figures = health.Figures;
        meter.CreateObservableGauge("iot.gateway.health.state", () => States(health.Ready().Status), unit: null, "1 for the state that /health/ready tells, 0 for the others.");
        AddJournal(meter, figures.Journal);
        AddSinks(meter, figures.Sinks, clock);
        AddUpkeep(meter, figures);
        ObservedBooks.Add(meter, figures.Books);
        meter.CreateObservableGauge("iot.gateway.connections.open", figures.Connections, "{connection}", "MQTT connections.");
        meter.CreateObservableGauge("iot.gateway.clocks.told", () => Clocks(figures.Clocks()), "{device}", "Devices by how their clock stands, as they tell; unsynchronised: nobody confirms the times of their readings.");
    }

    private static void AddJournal(Meter meter, Func<JournalFigures> journal)
    {
        meter.CreateObservableCounter("iot.gateway.journal.appended", () => journal().Appended, "{record}", "Records appended to the journal.");
        meter.CreateObservableCounter("iot.gateway.journal.written", () => journal().AppendedBytes, "By", "Bytes appended to the journal.");
        meter.CreateObservableCounter("iot.gateway.journal.synced", () => journal().Syncs, "{fsync}", "fsyncs of the journal.");
        meter.CreateObservableGauge("iot.gateway.journal.size", () => journal().Bytes, "By", "The journal on disk.");
        meter.CreateObservableGauge("iot.gateway.journal.held", () => journal().HeldBytes, "By", "Of the journal on disk, what may not go because a sink or the books have yet to get it; full once it reaches the limit.");
        meter.CreateObservableGauge("iot.gateway.journal.limit", () => journal().MaxBytes, "By", "What the journal may take.");
        meter.CreateObservableGauge("iot.gateway.journal.full", () => journal().IsFull ? 1 : 0, unit: null, "1 while nothing is acknowledged for want of room.");
    }

    private static void AddSinks(Meter meter, Func<IReadOnlyList<SinkStatus>> sinks, TimeProvider clock)
    {
        meter.CreateObservableGauge("iot.gateway.readings.pending", () => sinks().Select(sink =>
            new Measurement<long>(sink.Pending, new KeyValuePair<string, object?>("sink", sink.Name))), "{reading}", "Accepted and not yet stored, by sink.");
        meter.CreateObservableGauge("iot.gateway.delivery.backlog", () => sinks().Select(sink =>
            new Measurement<double>(Age(sink.Past.OldestOwedNs, clock.GetUtcNow()), new KeyValuePair<string, object?>("sink", sink.Name))), "s", "How long ago the oldest message was received that a sink has yet to get.");
        meter.CreateObservableGauge("iot.gateway.circuit.state", () => sinks().SelectMany(States), unit: null, "1 for the state a sink's circuit is in, 0 for the others.");
    }

    private static void AddUpkeep(Meter meter, GatewayFigures figures)
    {
        meter.CreateObservableGauge("iot.gateway.dead_letters.kept", () => figures.DeadLetters().Letters, "{letter}", "Dead letters kept one by one, those dealt with included until the spool has forgotten them.");
        meter.CreateObservableGauge("iot.gateway.dead_letters.limit", () => figures.DeadLetters().MaxLetters, "{letter}", "Dead letters that may be kept; beyond it they are only counted.");
        meter.CreateObservableGauge("iot.gateway.dead_letters.size", () => figures.DeadLetters().Bytes, "By", "Original bytes kept of dead letters.");
        meter.CreateObservableGauge("iot.gateway.dead_letters.size_limit", () => figures.DeadLetters().MaxBytes, "By", "Original bytes that may be kept; beyond it dead letters are kept without them.");
        meter.CreateObservableGauge("iot.gateway.certificate.begins", () => figures.Certificates().Select(one => At(one.Begins, one.Name)), "s", "When the certificate begins to hold, seconds since 1970.");
        meter.CreateObservableGauge("iot.gateway.certificate.ends", () => figures.Certificates().Select(one => At(one.Ends, one.Name)), "s", "When the certificate ends, seconds since 1970.");
        meter.CreateObservableGauge("iot.gateway.disk.free", () => Disk(figures.Disk(), disk => disk.Free), "By", "Free on the file system of the spool.");
        meter.CreateObservableGauge("iot.gateway.disk.reserve", () => Disk(figures.Disk(), disk => disk.Reserve), "By", "What the spool leaves free there.");
    }

    /// <summary>Seconds since <paramref name="receivedNs"/>; 0 for none, and after the clock was set back.</summary>
    private static double Age(long receivedNs, DateTimeOffset now) =>
        receivedNs == 0 ? 0 : Math.Max(0, (now - DateTimeOffset.UnixEpoch.AddTicks(receivedNs / TimeSpan.NanosecondsPerTick)).TotalSeconds);

    private static Measurement<long> At(DateTimeOffset time, string certificate) =>
        new(time.ToUnixTimeSeconds(), new KeyValuePair<string, object?>("certificate", certificate));

    private static Measurement<long>[] Disk(DiskFigures? disk, Func<DiskFigures, long> figure) => disk is null ? [] : [new(figure(disk))];

    private static IEnumerable<Measurement<int>> States(HealthState now) => Enum.GetValues<HealthState>().Select(state => new Measurement<int>(
        now == state ? 1 : 0, new KeyValuePair<string, object?>("state", SnakeCase.Of(state))));

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
