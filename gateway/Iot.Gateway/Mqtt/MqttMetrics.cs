using System.Diagnostics.Metrics;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Mqtt;

/// <summary>What the MQTT endpoint counts.</summary>
internal sealed class MqttMetrics
{
    private static readonly KeyValuePair<string, object?>[] Results =
        [.. Enum.GetValues<IngestResult>().Select(result => new KeyValuePair<string, object?>("result", SnakeCase.Of(result)))];

    private static readonly KeyValuePair<string, object?>[] Reasons =
        [.. Enum.GetValues<MqttRefusal>().Select(reason => new KeyValuePair<string, object?>("reason", SnakeCase.Of(reason)))];

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _pauses;

    public MqttMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _connections = meter.CreateUpDownCounter<long>("iot.gateway.mqtt.connections", "{connection}", "MQTT connections that are open.");
        _messages = meter.CreateCounter<long>("iot.gateway.mqtt.messages", "{message}", "Publishes taken in, status and configuration included, by what became of them.");
        _refusals = meter.CreateCounter<long>("iot.gateway.mqtt.refusals", "{refusal}", "Connections and packets turned away, by reason.");
        _pauses = meter.CreateCounter<long>("iot.gateway.mqtt.pauses", "{pause}", "Times that a client was not read from for a while, because it or its address sent faster than it may.");
    }

    public void ConnectionOpened() => _connections.Add(1);

    public void ConnectionClosed() => _connections.Add(-1);

    public void Slowed() => _pauses.Add(1);

    public void Message(IngestResult result) => _messages.Add(1, Results[(int)result]);

    public void Refused(MqttRefusal reason) => _refusals.Add(1, Reasons[(int)reason]);
}
