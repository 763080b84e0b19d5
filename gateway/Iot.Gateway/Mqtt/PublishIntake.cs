using System.Text;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Protocol;

namespace Iot.Gateway.Mqtt;

/// <summary>Decides what one connection's PUBLISH is for, and passes it there: telemetry to ingest, the rest to subscribers.</summary>
/// <remarks>Belongs to the connection's reader.</remarks>
internal sealed class PublishIntake(
    PublishWindow window, DeviceBinding binding, Place place, Ingest ingest, Announce announce, RefusalReport refusals, TimeProvider clock,
    string client, bool isVersion5)
{
    private byte[] _lastTopic = [];
    private TopicKind _kind;
    private DeviceId _device;

    /// <summary>Null when the packet was taken or answered; else the connection must end, for the reason given.</summary>
    public byte? Take(byte first, ReadOnlyMemory<byte> body)
    {
        if (!PublishPacket.TryParse(first, body, isVersion5, out var packet, out var why)) return Violated(why);

        switch (window.Admit(packet.QualityOfService, packet.Id))
        {
            case Admittance.Exceeded:
                return Violated(MqttRefusal.ReceiveMaximum);
            case Admittance.TakenBefore:
                window.AnswerAgain(packet.Id);
                return null;
        }

        LookUp(packet.Topic);
        var refused = WhyRefused(packet);
        place.Message(body.Length); // after its device is known
        if (refused is { } refusal) return Refuse(packet, refusal);

        window.Add(packet.QualityOfService, packet.Id, Pass(packet), tellsTime: _kind == TopicKind.Status);
        return null;
    }

    private byte Violated(MqttRefusal why)
    {
        refusals.Disconnected(client, place.Remote, why);
        return MqttReason.For(why);
    }

    private MqttRefusal? WhyRefused(in PublishPacket packet) => _kind switch
    {
        TopicKind.None => MqttRefusal.UnknownTopic,
        TopicKind.ConfigDesired => MqttRefusal.ForeignTopic, // the gateway's to write
        _ when binding.WhyNotFor(_device) is { } why => why,
        TopicKind.Status or TopicKind.ConfigReported => StatusRules.WhyRefused(_kind, packet.Payload.Span),
        _ => null,
    };

    private Task<IngestResult> Pass(in PublishPacket packet) => _kind switch
    {
        TopicKind.Telemetry => ingest(new(_device, PayloadFormat.SenMl, packet.Payload, NowNs()) { Sender = place }, CancellationToken.None),
        TopicKind.TelemetryLine => ingest(new(_device, PayloadFormat.LineProtocol, packet.Payload, NowNs()) { Sender = place }, CancellationToken.None),
        _ => announce(client, new MqttApplicationMessage
        {
            Topic = Encoding.UTF8.GetString(packet.Topic),
            PayloadSegment = packet.Payload.ToArray(),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)packet.QualityOfService,
            Retain = packet.Retain,
        }),
    };

    /// <summary>MQTT 5 is told why. 3.1.1 cannot be: an acknowledgement would claim that the message is on disk, so its connection ends.</summary>
    private byte? Refuse(in PublishPacket packet, MqttRefusal refusal)
    {
        if (refusal is MqttRefusal.TooManyOfDevice or MqttRefusal.ConnectRateOfDevice) return Violated(refusal);

        place.Refused();
        refusals.Publish(client, place.Remote, Encoding.UTF8.GetString(packet.Topic), refusal);
        if (packet.QualityOfService == 0) return null;

        if (isVersion5) window.Answer(packet.QualityOfService, packet.Id, MqttReason.For(refusal));
        return isVersion5 ? null : MqttReason.For(refusal);
    }

    /// <summary>A device mostly repeats one topic, so the last one is kept taken apart.</summary>
    private void LookUp(ReadOnlySpan<byte> topic)
    {
        if (topic.SequenceEqual(_lastTopic)) return;

        _lastTopic = topic.ToArray();
        if (!Topics.TryParse(Encoding.UTF8.GetString(topic), out _device, out _kind)) _kind = TopicKind.None;
    }

    private long NowNs() => (clock.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
}
