namespace Iot.Gateway.Spooling;

/// <summary>All that ingest and the spool say. Event ids 1600–1699.</summary>
internal static partial class SpoolingLog
{
    [LoggerMessage(1600, LogLevel.Error,
        "The disk did not take a message: it is not acknowledged, and its device sends it again.")]
    public static partial void NotStored(this ILogger logger, Exception cause);

    [LoggerMessage(1601, LogLevel.Information,
        "Spool opened at {Path}: {Records} records from offset {First}, {Bytes} bytes.")]
    public static partial void Opened(this ILogger logger, string path, ulong records, ulong first, long bytes);

    [LoggerMessage(1602, LogLevel.Warning,
        "The spool ended in {Bytes} bytes that were never acknowledged: cut off, nothing acknowledged is lost.")]
    public static partial void TornTailCut(this ILogger logger, long bytes);

    [LoggerMessage(1603, LogLevel.Error,
        "Spool segment {Segment} is damaged at byte {Position}: {Missing} records from offset {First} cannot be read, the others are; the file is kept for a person.")]
    public static partial void DamageFound(this ILogger logger, string segment, long position, ulong missing, ulong first);

    [LoggerMessage(1604, LogLevel.Warning,
        "The spool is full: messages are refused with 0x97 or left unacknowledged, devices keep them, nothing is lost.")]
    public static partial void Full(this ILogger logger);

    [LoggerMessage(1605, LogLevel.Information, "The spool has room again: messages are taken.")]
    public static partial void RoomAgain(this ILogger logger);

    [LoggerMessage(1606, LogLevel.Warning, "{From} is not a file of this spool ({Why}); it is kept as {To}, nothing in it is delivered.")]
    public static partial void FileSetAside(this ILogger logger, string from, string to, string why);

    [LoggerMessage(1607, LogLevel.Warning, "The place of {Cursor} in the spool is lost; it goes on at offset {Offset}, repeated writes change nothing.")]
    public static partial void CursorLost(this ILogger logger, string cursor, ulong offset);

    [LoggerMessage(1608, LogLevel.Error, "{Count} offsets that were acknowledged once are not in the spool any more: the disk lost what it had confirmed.")]
    public static partial void OffsetsSkipped(this ILogger logger, ulong count);
}
