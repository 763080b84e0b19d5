namespace Iot.EdgeAgent.Sensors;

/// <summary>All that sampling says. Event ids 4000–4099.</summary>
internal static partial class SensorsLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Sensor {Sensor} gives nothing: {Reason} It is tried again from time to time; the other sensors go on.")]
    public static partial void SensorFailed(this ILogger logger, string sensor, string reason);

    [LoggerMessage(4001, LogLevel.Information, "Sensor {Sensor} is back.")]
    public static partial void SensorRecovered(this ILogger logger, string sensor);

    [LoggerMessage(4002, LogLevel.Warning, "{Path} cannot be read: {Reason} Its reading is left out until it can.")]
    public static partial void ChannelFailed(this ILogger logger, string path, string reason);

    [LoggerMessage(4090, LogLevel.Error, "A sensor of {Groups} hangs and is left to itself; the sensors that replace it are sampled.")]
    public static partial void SensorsLeftBehind(this ILogger logger, string groups);
}
