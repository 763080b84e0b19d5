namespace Iot.Gateway.Influx;

/// <summary>All that the InfluxDB sink says. Event ids 2000–2049.</summary>
internal static partial class InfluxLog
{
    [LoggerMessage(2000, LogLevel.Warning,
        "InfluxDB circuit opened for {BreakSeconds} s after: {Cause}. Nothing is sent meanwhile; readings wait in the spool.")]
    public static partial void CircuitOpened(this ILogger logger, double breakSeconds, string cause);

    [LoggerMessage(2001, LogLevel.Debug, "InfluxDB circuit is half open; one write probes.")]
    public static partial void CircuitHalfOpened(this ILogger logger);

    [LoggerMessage(2002, LogLevel.Information, "InfluxDB circuit closed; the spool is being caught up.")]
    public static partial void CircuitClosed(this ILogger logger);

    [LoggerMessage(2003, LogLevel.Error,
        "InfluxDB takes no writes until a person has put it right: {Cause}. Check Influx:Url, token or password, and {Place}; " +
        "tried again every {Seconds} s. All readings wait in the spool.")]
    public static partial void NeedsPerson(this ILogger logger, string cause, string place, double seconds);

    [LoggerMessage(2004, LogLevel.Information, "InfluxDB takes writes again.")]
    public static partial void TakesWritesAgain(this ILogger logger);

    [LoggerMessage(2006, LogLevel.Warning,
        "InfluxDB found a request of up to {Bytes} bytes too large; from now on they have {LowerBytes} at most. Nothing is lost.")]
    public static partial void BodyTooLarge(this ILogger logger, int bytes, int lowerBytes);

    [LoggerMessage(2007, LogLevel.Debug, "InfluxDB write attempt {Attempt} did not go through: {Cause}. It is tried again.")]
    public static partial void AttemptFailed(this ILogger logger, int attempt, string cause);
}
