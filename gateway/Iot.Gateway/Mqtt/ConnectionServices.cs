using Iot.Gateway.Detection.Connections;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Mqtt;

/// <summary>What every connection uses; one for the endpoint.</summary>
/// <param name="MaxPacketBytes">Largest packet, header included; MQTT 5 clients are told.</param>
internal sealed record ConnectionServices(
    MqttOptions Options,
    int MaxPacketBytes,
    Ingest Ingest,
    Announce Announce,
    DevicePresence Presence,
    DeviceIdentity Identity,
    LiveConnections Live,
    MqttMetrics Metrics,
    RefusalReport Refusals,
    CertificateWatch Certificates,
    TimeProvider Clock,
    ILogger Logger)
{
    /// <summary>Room for topic, packet id and properties beside the largest payload.</summary>
    public const int PacketOverheadBytes = 1024;
}
