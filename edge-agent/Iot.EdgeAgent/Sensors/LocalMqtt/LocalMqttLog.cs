namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>All that a local broker is worth a line for. Event ids 4060–4079.</summary>
internal static partial class LocalMqttLog
{
    [LoggerMessage(4060, LogLevel.Information, "Sensor {Sensor} listens on {Broker} to {Filters}.")]
    public static partial void Listening(this ILogger logger, string sensor, string broker, string filters);

    [LoggerMessage(4061, LogLevel.Warning, "Sensor {Sensor}: the payload of '{Topic}' cannot be used: {Reason} It is left out, {Count} so far.")]
    public static partial void PayloadUnusable(this ILogger logger, string sensor, string topic, string reason, long count);

    [LoggerMessage(4062, LogLevel.Warning, "Sensor {Sensor} would give '{Name}' beside {Most} others, which is more than MaxNames allows; that and all other new names are left out.")]
    public static partial void TooManyNames(this ILogger logger, string sensor, string name, int most);

    [LoggerMessage(4063, LogLevel.Error, "Sensor {Sensor}: more than {Most} readings came between two rounds; the oldest {GivenUp} are lost. Shorten Interval, or map fewer topics.")]
    public static partial void TooManyMessages(this ILogger logger, string sensor, int most, long givenUp);
}
