namespace Iot.Gateway.Ledger;

/// <summary>All that the bookkeeper says. Event ids 2080–2099.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(2080, LogLevel.Information, "Books opened: {Devices} devices, {Read} records read since the snapshot at offset {Offset}.")]
    public static partial void Opened(this ILogger logger, int devices, ulong read, ulong offset);

    [LoggerMessage(2081, LogLevel.Error,
        "The snapshot of the books is damaged and set aside as {Path}: counts start again from offset {From} of the spool; no reading is lost.")]
    public static partial void SnapshotDamaged(this ILogger logger, Exception cause, string path, ulong from);

    [LoggerMessage(2088, LogLevel.Error,
        "The snapshot of the devices' series is damaged and set aside as {Path}: they are counted anew as readings come, so a device may open more than Limits:SeriesPerDevice; no reading is lost.")]
    public static partial void SeriesDamaged(this ILogger logger, Exception cause, string path);

    [LoggerMessage(2082, LogLevel.Warning,
        "The books could not be written down; the next start reads more of the spool again, nothing is lost.")]
    public static partial void SnapshotFailed(this ILogger logger, Exception cause);

    [LoggerMessage(2083, LogLevel.Warning,
        "Dead letters could not be written and are tried again in {DelaySeconds} s; their bytes are safe in the spool.")]
    public static partial void DeadLettersFailed(this ILogger logger, Exception cause, double delaySeconds);

    [LoggerMessage(2087, LogLevel.Warning,
        "Old dead letters that were dealt with could not be tidied away; they stay, and the next start tries again.")]
    public static partial void DeadLettersNotForgotten(this ILogger logger, Exception cause);

    [LoggerMessage(2084, LogLevel.Warning,
        "Sink {Sink} is not configured any more: its place in the spool is given up, what it still lacked stays until retention takes it.")]
    public static partial void SinkGone(this ILogger logger, string sink);

    [LoggerMessage(2085, LogLevel.Error,
        "{Missing} spool records before offset {Offset} cannot be read: their readings are missing from the books and from sinks that had not got them.")]
    public static partial void RecordsMissing(this ILogger logger, ulong missing, ulong offset);

    [LoggerMessage(2086, LogLevel.Error,
        "The spool cannot be read at offset {Offset}; the books stand still and it is tried again every {Seconds} s. Nothing is lost by that.")]
    public static partial void ReadFailed(this ILogger logger, Exception cause, ulong offset, double seconds);

    [LoggerMessage(2089, LogLevel.Warning, "The books could not be copied into the embedded store and it is tried again in {Minutes} min; the books themselves are as they should be.")]
    public static partial void BooksNotCopied(this ILogger logger, Exception cause, double minutes);
}
