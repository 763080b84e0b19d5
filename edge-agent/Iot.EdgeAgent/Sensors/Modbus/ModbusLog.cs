namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>All that Modbus says beside what every sensor says. Event ids 4040–4059.</summary>
internal static partial class ModbusLog
{
    [LoggerMessage(4040, LogLevel.Information, "Sensor {Sensor}: {Reason} These registers are read in two parts from now on.")]
    public static partial void GroupSplit(this ILogger logger, string sensor, string reason);

    [LoggerMessage(4041, LogLevel.Warning, "Sensor {Sensor} has no register {Register}: {Reason} The others are read.")]
    public static partial void RegisterRefused(this ILogger logger, string sensor, string register, string reason);
}
