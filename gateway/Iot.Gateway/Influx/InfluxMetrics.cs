using System.Diagnostics.Metrics;
using Iot.Gateway.Delivery;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Influx;

/// <summary>Instruments <c>iot.gateway.influx.*</c> of the meter <c>Iot.Gateway</c>. Tags are the outcomes of <see cref="AnswerKind"/>.</summary>
internal sealed class InfluxMetrics
{
    private static readonly KeyValuePair<string, object?>[] Outcomes =
        [.. Enum.GetValues<AnswerKind>().Select(kind => new KeyValuePair<string, object?>("outcome", SnakeCase.Of(kind)))];

    private readonly Counter<long> _writes;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;
    private volatile int _circuit = (int)CircuitState.Closed;

    public InfluxMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _writes = meter.CreateCounter<long>("iot.gateway.influx.writes", "{request}", "Requests, by what the answer means.");
        _lines = meter.CreateCounter<long>("iot.gateway.influx.lines", "{line}", "Lines in requests answered as stored.");
        _bytes = meter.CreateCounter<long>("iot.gateway.influx.bytes", "By", "Bytes of line protocol in requests answered as stored, before gzip.");
        _refused = meter.CreateCounter<long>("iot.gateway.influx.refused", "{reading}", "Readings the server will never take.");
        _duration = meter.CreateHistogram<double>("iot.gateway.influx.duration", "s", "From the start of a request to its answer.");
        meter.CreateObservableGauge("iot.gateway.influx.circuit", () => _circuit - (int)CircuitState.Closed, "{state}", "0 closed, 1 half open, 2 open.");
    }

    public void Circuit(CircuitState state) => _circuit = (int)state;

    public void Attempted(AnswerKind outcome, LineRange range, TimeSpan duration)
    {
        var tag = Outcomes[(int)outcome];
        _writes.Add(1, tag);
        _duration.Record(duration.TotalSeconds, tag);
        if (outcome != AnswerKind.Stored) return;

        _lines.Add(range.Count);
        _bytes.Add(range.Bytes);
    }

    public void Refused(int readings) => _refused.Add(readings);
}
