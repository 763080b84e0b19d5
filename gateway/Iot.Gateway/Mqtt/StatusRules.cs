using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Mqtt;

/// <summary>What may be kept as a retained message. Small, because each device may leave one of each for good.</summary>
internal static class StatusRules
{
    public const int MaxStatusBytes = 4 * 1024;

    public const int MaxReportedConfigBytes = 16 * 1024;

    /// <summary>An empty payload is good: it clears the retained message.</summary>
    public static MqttRefusal? WhyRefused(TopicKind kind, ReadOnlySpan<byte> payload) => kind switch
    {
        TopicKind.Status when payload.Length > MaxStatusBytes => MqttRefusal.BadStatus,
        TopicKind.Status when !payload.IsEmpty && !DeviceStatus.TryParse(payload, out _) => MqttRefusal.BadStatus,
        TopicKind.ConfigReported when payload.Length > MaxReportedConfigBytes => MqttRefusal.BadStatus,
        _ => null,
    };
}
