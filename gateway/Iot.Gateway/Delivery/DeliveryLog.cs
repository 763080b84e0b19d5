namespace Iot.Gateway.Delivery;

/// <summary>All that the delivery loops say. Event ids 1900–1999.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(1900, LogLevel.Information, "Delivery to {Sink} goes on at offset {Offset}, {Behind} records behind.")]
    public static partial void Resumed(this ILogger logger, string sink, ulong offset, ulong behind);

    [LoggerMessage(1901, LogLevel.Warning,
        "{Sink} refused {Count} readings for good, the first because '{Detail}'; they are kept as dead letters.")]
    public static partial void Refused(this ILogger logger, string sink, int count, string detail);

    [LoggerMessage(1902, LogLevel.Error,
        "Delivery to {Sink} stopped and starts again in {DelaySeconds} s at its checkpoint; readings wait in the spool.")]
    public static partial void Stopped(this ILogger logger, Exception cause, string sink, double delaySeconds);

    [LoggerMessage(1903, LogLevel.Error,
        "{Missing} records before offset {Offset} are missing from the spool, damaged or removed; {Sink} never gets them, the ledger names the gap.")]
    public static partial void RecordsMissing(this ILogger logger, ulong missing, ulong offset, string sink);

    [LoggerMessage(1904, LogLevel.Error,
        "The spooled message at offset {Offset} cannot be opened: {Why}. It is passed over by {Sink} and stays in the journal.")]
    public static partial void Unreadable(this ILogger logger, Exception cause, ulong offset, string why, string sink);
}
