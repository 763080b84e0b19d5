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

    [LoggerMessage(4090, LogLevel.Error, "A sensor of {Group} hangs and is left to itself; it gives no more readings, and holds up nobody.")]
    public static partial void LeftBehind(this ILogger logger, string group);

    [LoggerMessage(4010, LogLevel.Warning, "Sensor {Sensor} hangs: {Reason} It gives nothing until it answers; the other sensors go on.")]
    public static partial void SensorHangs(this ILogger logger, string sensor, string reason);

    [LoggerMessage(4012, LogLevel.Information, "The program of sensor {Sensor} says: {Line} (lines left out before: {LeftOut})")]
    public static partial void ProgramSays(this ILogger logger, string sensor, string line, int leftOut);

    [LoggerMessage(4013, LogLevel.Warning, "The total of {Sensor} could not be kept at the end: {Reason} The pulses since it was last kept will be missing from it.")]
    public static partial void TotalNotKept(this ILogger logger, string sensor, string reason);

    [LoggerMessage(4014, LogLevel.Warning, "Sensor {Sensor} gives readings of times that cannot be (in the future, or long ago; perhaps it prints seconds where nanoseconds are meant): they count as of now. Said once.")]
    public static partial void TimeImpossible(this ILogger logger, string sensor);

    [LoggerMessage(4015, LogLevel.Warning, "Sensor {Sensor} gives texts of more than {Most} bytes: such readings are left out. Said once.")]
    public static partial void TextTooLong(this ILogger logger, string sensor, int most);

    [LoggerMessage(4016, LogLevel.Warning, "Sensor {Sensor} gives readings whose name or unit has more than {Most} bytes: they are left out. Said once.")]
    public static partial void NameTooLong(this ILogger logger, string sensor, int most);

    [LoggerMessage(4011, LogLevel.Warning, "More than {Most} names of readings in one sensor; {Name} and all further ones are left out until the agent starts again.")]
    public static partial void TooManyNames(this ILogger logger, int most, string name);
}
