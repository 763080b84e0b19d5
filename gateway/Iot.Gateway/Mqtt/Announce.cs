using MQTTnet;

namespace Iot.Gateway.Mqtt;

/// <summary>Passes a status or configuration message to subscribers, and keeps it when it is to be retained.</summary>
/// <returns>Always <see cref="IngestResult.Stored"/>, though what is retained lives in memory: the device tells it anew when it connects.</returns>
internal delegate Task<IngestResult> Announce(string client, MqttApplicationMessage message);
