namespace Iot.Gateway.EmbeddedStore;

/// <summary>All that the embedded store says. Event ids 2050–2079.</summary>
internal static partial class EmbeddedStoreLog
{
    [LoggerMessage(2050, LogLevel.Information, "Embedded store '{Path}' is open: {Series} series, next offset {Next}.")]
    public static partial void StoreOpened(this ILogger logger, string path, int series, ulong next);

    [LoggerMessage(2051, LogLevel.Error,
        "Embedded store '{Path}' cannot be opened; readings wait in the spool, and it is tried again every {Seconds} s at the latest.")]
    public static partial void OpenFailed(this ILogger logger, Exception cause, string path, double seconds);

    [LoggerMessage(2052, LogLevel.Warning,
        "A write of {Rows} rows failed (attempt {Attempt}); nothing of it was stored, the readings wait in the spool, and it is tried again in {Seconds} s.")]
    public static partial void WriteFailed(this ILogger logger, Exception cause, int rows, int attempt, double seconds);

    [LoggerMessage(2053, LogLevel.Information, "A write of {Rows} rows went through at attempt {Attempt}; nothing was lost.")]
    public static partial void WriteRecovered(this ILogger logger, int rows, int attempt);

    [LoggerMessage(2054, LogLevel.Information, "Retention deleted {Rows} readings older than {Oldest:O}.")]
    public static partial void ReadingsExpired(this ILogger logger, long rows, DateTimeOffset oldest);

    [LoggerMessage(2055, LogLevel.Warning,
        "Housekeeping of the embedded store failed and is tried again in {Minutes} min; no reading was lost, the file may grow meanwhile.")]
    public static partial void HousekeepingFailed(this ILogger logger, Exception cause, double minutes);

    [LoggerMessage(2056, LogLevel.Information, "{Rows} readings that a later one had replaced were deleted.")]
    public static partial void SupersededDeleted(this ILogger logger, long rows);

    [LoggerMessage(2057, LogLevel.Warning, "The database closed itself after an error and is opened again; committed readings are safe.")]
    public static partial void StoreReopening(this ILogger logger, Exception cause);

    [LoggerMessage(2058, LogLevel.Information, "The readings of {Day} are in the archive: {Rows} in {Files} files, compared with the store.")]
    public static partial void DayArchived(this ILogger logger, string day, long rows, int files);

    [LoggerMessage(2059, LogLevel.Information, "Embedded store '{Path}' was brought from format {From} to {To}; no reading was touched. Roll-ups of what it holds are made in the background.")]
    public static partial void StoreUpgraded(this ILogger logger, string path, int from, int to);
}
