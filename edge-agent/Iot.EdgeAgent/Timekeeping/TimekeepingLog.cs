namespace Iot.EdgeAgent.Timekeeping;

/// <summary>All that is said about the time. Event ids 4450–4499.</summary>
internal static partial class TimekeepingLog
{
    [LoggerMessage(4450, LogLevel.Warning,
        "The time is not known: this machine's clock says {Now:u}, and nobody vouches for it. Readings are recorded by the time since boot and wait in the outbox; they get their time once an NTP client or the gateway tells it.")]
    public static partial void TimeNotKnown(this ILogger logger, DateTimeOffset now);

    [LoggerMessage(4451, LogLevel.Information, "The time is known, from {Source}: {Now:u}. What was recorded before is sent with its true time.")]
    public static partial void TimeKnown(this ILogger logger, TimeSource source, DateTimeOffset now);

    [LoggerMessage(4452, LogLevel.Information, "The time comes from {Source} now.")]
    public static partial void SourceChanged(this ILogger logger, TimeSource source);

    [LoggerMessage(4453, LogLevel.Warning, "The clock was set by {Seconds:0.###} s. Readings of times that are lived through again are kept apart by microseconds; none is replaced.")]
    public static partial void ClockSet(this ILogger logger, double seconds);

    [LoggerMessage(4454, LogLevel.Warning, "Nobody vouches for the clock any more: the time is counted on from when somebody did, and readings are marked as unsynchronised.")]
    public static partial void TimeHeld(this ILogger logger);

    [LoggerMessage(4455, LogLevel.Warning,
        "No time was told within {Patience} of the first connect: readings are sent with this machine's own time, {Now:u}, marked as unsynchronised. Set up NTP, or set Time:TrustClock if the clock is right.")]
    public static partial void OwnTimeTaken(this ILogger logger, TimeSpan patience, DateTimeOffset now);

    [LoggerMessage(4456, LogLevel.Warning, "{Boots} earlier boot(s) ended before their time was known: what they recorded is sent in true order with an estimated time, and marked so.")]
    public static partial void BootsEstimated(this ILogger logger, int boots);

    [LoggerMessage(4457, LogLevel.Warning, "{Note} cannot be written: {Reason} Readings are recorded; those without a time wait in the outbox until it can.")]
    public static partial void NotNoted(this ILogger logger, string note, string reason);

    [LoggerMessage(4458, LogLevel.Warning, "{Reason}. It was set aside and is begun anew: readings that wait without a time get an estimated one.")]
    public static partial void NoteDamaged(this ILogger logger, string reason);

    [LoggerMessage(4459, LogLevel.Warning, "The gateway tells {Time:u}, which cannot be: it is not believed, and readings go on as before.")]
    public static partial void GatewayTimeNotBelieved(this ILogger logger, DateTimeOffset time);
}
