namespace Iot.EdgeAgent.Observability;

/// <summary>All that observing says. Event ids 4400–4499.</summary>
internal static partial class ObservabilityLog
{
    [LoggerMessage(4400, LogLevel.Error, "The {Loop} loop hangs; systemd is not told that all is well, and will restart the agent. What is stored is kept.")]
    public static partial void LoopHangs(this ILogger logger, string loop);

    [LoggerMessage(4401, LogLevel.Warning, "The state for 'status' cannot be written: {Reason} Sampling and publishing go on.")]
    public static partial void StatusNotWritten(this ILogger logger, string reason);

    [LoggerMessage(EventId = 4402, Message = "{Count} more lines of event {EventId} were left out in the last minute; what they tell of goes on as they say.")]
    public static partial void LinesLeftOut(this ILogger logger, LogLevel level, long count, int eventId);
}
