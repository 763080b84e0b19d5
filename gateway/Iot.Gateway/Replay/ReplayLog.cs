namespace Iot.Gateway.Replay;

/// <summary>All that replays say. Event ids 2100–2199.</summary>
internal static partial class ReplayLog
{
    [LoggerMessage(2100, LogLevel.Information, "Replay to {Sink} begins: what was received from {From:O} to {To:O}, device {Device}.")]
    public static partial void Began(this ILogger logger, string sink, DateTimeOffset from, DateTimeOffset to, string device);

    [LoggerMessage(2101, LogLevel.Information, "Replay to {Sink} goes on at offset {Offset}, where it stood.")]
    public static partial void GoesOn(this ILogger logger, string sink, ulong offset);

    [LoggerMessage(2102, LogLevel.Information,
        "Replay to {Sink} ended ({How}): {Messages} messages with {Readings} readings were sent again, and {Later} later ones so that newer values stay; {Refused} readings refused, {Missing} records missing.")]
    public static partial void Ended(this ILogger logger, string sink, string how, long messages, long readings, long later, long refused, long missing);

    [LoggerMessage(2103, LogLevel.Warning,
        "{Sink} refused readings of a replay, the first because '{Detail}'. Dead letters and books stay as they are; the replay's result counts them.")]
    public static partial void Refused(this ILogger logger, string sink, string detail);

    [LoggerMessage(2104, LogLevel.Error,
        "Replay to {Sink} stopped and starts again in {DelaySeconds} s where it stood; live delivery is not affected, nothing is lost.")]
    public static partial void Stopped(this ILogger logger, Exception cause, string sink, double delaySeconds);

    [LoggerMessage(2105, LogLevel.Warning,
        "The spool is full, so the replay to {Sink} takes no more of its range and lets go of what it held; live messages are taken again, no reading is lost by that.")]
    public static partial void GaveWay(this ILogger logger, string sink);

    [LoggerMessage(2106, LogLevel.Warning,
        "The replay to {Sink} ends: {Why}. What was not sent again stays in the spool as long as retention says.")]
    public static partial void GroundGone(this ILogger logger, string sink, string why);

    [LoggerMessage(2107, LogLevel.Error,
        "The spooled message at offset {Offset} cannot be opened: {Why}. The replay to {Sink} passes over it; it stays in the journal.")]
    public static partial void Unreadable(this ILogger logger, Exception cause, ulong offset, string why, string sink);

    [LoggerMessage(2108, LogLevel.Error,
        "The notes of a replay are damaged and set aside as {Path}: it does not go on, start it again; all its records are still in the spool as long as retention says.")]
    public static partial void NotesDamaged(this ILogger logger, Exception cause, string path);
}
