namespace Iot.Gateway.Audit;

/// <summary>All that the audit log says in the log. Event ids 2400–2499.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(2400, LogLevel.Error,
        "The audit log cannot be written: {Reason} Readings are taken and delivered as always; what happens meanwhile is counted as not written, and the log will name the gap.")]
    public static partial void CannotWrite(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2401, LogLevel.Information, "The audit log is written again; {Missing} entries are missing.")]
    public static partial void WritesAgain(this ILogger logger, long missing);

    [LoggerMessage(2402, LogLevel.Warning, "The end of the audit log's {File} was not whole, {Bytes} bytes: a crash leaves that. They are cut and kept beside it, and an entry says so.")]
    public static partial void TornLine(this ILogger logger, string file, long bytes);

    [LoggerMessage(2403, LogLevel.Error,
        "The audit log's {File} is not as it was written. The file is left as it is, the log goes on in a new one; 'iot-gateway audit verify' names the line.")]
    public static partial void DamagedLine(this ILogger logger, string file);

    [LoggerMessage(2404, LogLevel.Information, "The audit log has a new key, {Fingerprint}: keep a copy of its public part, {File}, elsewhere.")]
    public static partial void KeyMade(this ILogger logger, string fingerprint, string file);
}
