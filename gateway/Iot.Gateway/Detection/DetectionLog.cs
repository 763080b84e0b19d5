namespace Iot.Gateway.Detection;

/// <summary>All that detectors and the webhook say in the log. Event ids 2600–2699.</summary>
internal static partial class DetectionLog
{
    [LoggerMessage(2600, LogLevel.Warning,
        "Security event {Kind} of {Subject}: {Seen}; usual: {Normal}. Nothing was refused or dropped because of it; /security shows it.")]
    public static partial void Opened(this ILogger logger, string kind, string subject, string seen, string normal);

    [LoggerMessage(2601, LogLevel.Information, "Security event {Kind} of {Subject} is over; it was seen {Count} times.")]
    public static partial void Closed(this ILogger logger, string kind, string subject, long count);

    [LoggerMessage(2610, LogLevel.Warning,
        "The webhook did not take a security event: {Reason}, attempt {Attempt}. It is tried again; the event is in the audit log all the same.")]
    public static partial void WebhookFailed(this ILogger logger, string reason, int attempt);

    [LoggerMessage(2611, LogLevel.Error,
        "The webhook was not told of security event {Id}: {Reason}. It is given up; the event is in the audit log and at /security.")]
    public static partial void WebhookGaveUp(this ILogger logger, string id, string reason);

    [LoggerMessage(2612, LogLevel.Warning,
        "{Waiting} security events wait for the webhook, as many as may: security event {Id} is not sent there ({Suppressed} others before it). It is in the audit log and at /security.")]
    public static partial void WebhookFull(this ILogger logger, int waiting, string id, long suppressed);

    [LoggerMessage(2613, LogLevel.Warning, "{Events} security events were not sent to the webhook before the stop; they are in the audit log.")]
    public static partial void WebhookStopped(this ILogger logger, int events);
}
