using System.Net;

namespace Iot.Gateway.Mqtt;

/// <summary>All that the MQTT endpoint says. Event ids 1100–1199.</summary>
internal static partial class MqttLog
{
    [LoggerMessage(1101, LogLevel.Information, "MQTT listens on {Address}, port {Port} (TLS: {Tls}).")]
    public static partial void Listening(this ILogger logger, string address, int port, bool tls);

    [LoggerMessage(1102, LogLevel.Warning, "{Risk} Health and dashboard say so, too.")]
    public static partial void Risk(this ILogger logger, string risk);

    [LoggerMessage(1103, LogLevel.Warning,
        "MQTT client {Client} at {Remote} disconnected: {Reason}. What it has no acknowledgement for it must send again. {Suppressed} like it since the last such line.")]
    public static partial void ClientDisconnected(this ILogger logger, string client, EndPoint? remote, MqttRefusal reason, long suppressed);

    [LoggerMessage(1104, LogLevel.Warning,
        "MQTT client {Client} at {Remote} not let in: {Reason}. {Remedy} It has sent no data. {Suppressed} like it since the last such line.")]
    public static partial void ClientNotAdmitted(this ILogger logger, string client, EndPoint? remote, MqttRefusal reason, string remedy, long suppressed);

    [LoggerMessage(1105, LogLevel.Warning,
        "MQTT client {Client} at {Remote} may not publish to {Topic}: {Reason}. The message is not stored and not acknowledged. {Suppressed} like it since the last such line.")]
    public static partial void PublishRefused(this ILogger logger, string client, EndPoint? remote, string topic, MqttRefusal reason, long suppressed);

    [LoggerMessage(1106, LogLevel.Warning,
        "MQTT client {Client} at {Remote} may not subscribe to {Filter}; it gets nothing from there. {Suppressed} like it since the last such line.")]
    public static partial void SubscriptionRefused(this ILogger logger, string client, EndPoint? remote, string filter, long suppressed);

    [LoggerMessage(1107, LogLevel.Error,
        "A message of MQTT client {Client} could not be stored; it is not acknowledged, and the client is disconnected so that it sends it again. {Suppressed} like it since the last such line.")]
    public static partial void NotStored(this ILogger logger, Exception? cause, string client, long suppressed);

    [LoggerMessage(1108, LogLevel.Warning,
        "The journal is full: messages of 3.1.1 client {Client} are not acknowledged, and it is disconnected so that it sends them again. {Suppressed} like it since the last such line.")]
    public static partial void Full(this ILogger logger, string client, long suppressed);

    [LoggerMessage(1110, LogLevel.Error,
        "MQTT: {What}. The connection ends; what has no acknowledgement the client must send again. {Suppressed} like it since the last such line.")]
    public static partial void BrokerFailed(this ILogger logger, Exception? cause, string what, long suppressed);

    [LoggerMessage(1111, LogLevel.Warning,
        "MQTT client {Client} at {Remote} sends faster than Limits allows and is read from more slowly. Nothing of it is lost: what was taken is stored, the rest waits with the client. {Suppressed} like it since the last such line.")]
    public static partial void Slowed(this ILogger logger, string client, EndPoint? remote, long suppressed);

    [LoggerMessage(1109, LogLevel.Warning,
        "MQTT client {Client} is disconnected with messages that did not get to disk within {Limit}; they are not acknowledged, and it sends them again.")]
    public static partial void DrainGaveUp(this ILogger logger, string client, TimeSpan limit);
}
