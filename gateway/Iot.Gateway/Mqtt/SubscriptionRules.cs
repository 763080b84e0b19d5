using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Iot.Gateway.Mqtt;

/// <summary>What a client may listen to.</summary>
internal static class SubscriptionRules
{
    /// <summary>Own topics are five, so this leaves room for filters that overlap.</summary>
    public const int MaxFilters = 32;

    /// <summary>In characters: no topic of the contract comes near, and a filter of 64 KiB and thousands of levels would be kept and matched.</summary>
    public const int MaxFilterLength = 256;

    /// <returns>Null when it may; else the code for SUBACK.</returns>
    public static MqttSubscribeReasonCode? WhyRefused(ClientSession client, MqttTopicFilter filter)
    {
        var reason = Judge(client, filter);
        return reason is null || client.IsVersion5 ? reason : MqttSubscribeReasonCode.UnspecifiedError; // 0x80, all that 3.1.1 knows
    }

    /// <summary>MQTTnet answers filters in the order of their QoS, not in the client's; with one QoS for all it is the same.</summary>
    public static void LevelQualities(MqttSubscribePacket subscribe)
    {
        var least = subscribe.TopicFilters.Min(filter => filter.QualityOfServiceLevel);
        foreach (var filter in subscribe.TopicFilters) filter.QualityOfServiceLevel = least;
    }

    private static MqttSubscribeReasonCode? Judge(ClientSession client, MqttTopicFilter filter)
    {
        if (filter.Topic.Length > MaxFilterLength) return MqttSubscribeReasonCode.TopicFilterInvalid;
        if (filter.Topic.StartsWith("$share/", StringComparison.Ordinal)) return MqttSubscribeReasonCode.SharedSubscriptionsNotSupported;
        if (!client.Binding.MaySubscribe(filter.Topic)) return MqttSubscribeReasonCode.NotAuthorized;

        return ++client.Subscriptions > MaxFilters ? MqttSubscribeReasonCode.QuotaExceeded : null;
    }
}
