namespace Iot.Gateway.DeadLetters;

/// <summary>All that the store of dead letters says. Event ids 1500–1599.</summary>
internal static partial class DeadLettersLog
{
    [LoggerMessage(1500, LogLevel.Information, "Dead letters '{Path}' are open: {Letters} kept with {Bytes} bytes, collected up to offset {Next}.")]
    public static partial void DeadLettersOpened(this ILogger logger, string path, long letters, long bytes, ulong next);

    [LoggerMessage(1501, LogLevel.Warning,
        "The dead letters hold their limit of {MaxBytes} bytes; new ones keep their reason but not their bytes, which stay in the journal as long as it retains them.")]
    public static partial void PayloadLimitReached(this ILogger logger, long maxBytes);

    [LoggerMessage(1503, LogLevel.Error,
        "The dead letters cannot be used and are set aside as {Path}; a new file is made. What the spool still holds of them is collected again, older ones are in that file alone. No accepted reading is lost.")]
    public static partial void SetAside(this ILogger logger, Exception cause, string path);

    [LoggerMessage(1504, LogLevel.Information, "{Count} dead letters of {Device} refused by {Origin} were judged again and accepted: they are in the spool at offset {Offset}.")]
    public static partial void Requeued(this ILogger logger, int count, Iot.Wire.DeviceId device, string origin, ulong offset);

    [LoggerMessage(1505, LogLevel.Information, "{Count} dead letters were discarded by a person; they still count as refused.")]
    public static partial void Discarded(this ILogger logger, int count);

    [LoggerMessage(1502, LogLevel.Warning,
        "There are {MaxLetters} dead letters, the limit; further ones are only counted by device, origin and reason. Their bytes stay in the journal as long as it retains them.")]
    public static partial void LetterLimitReached(this ILogger logger, int maxLetters);
}
