namespace Iot.Gateway.Observability;

/// <summary>All that observability says. Event ids 2300–2399.</summary>
internal static partial class ObservabilityLog
{
    [LoggerMessage(2300, LogLevel.Error,
        "Not alive, so the watchdog is no longer told otherwise: {Problems} systemd restarts us within {WithinSeconds} s; what was acknowledged is in the journal.")]
    public static partial void WatchdogWithheld(this ILogger logger, string problems, double withinSeconds);

    [LoggerMessage(2301, LogLevel.Warning,
        "The data directory '{Path}' may be entered by other users of this machine, who can read readings and audit log there; keys and passwords are in files of their own mode. Close it: chmod 700. No reading is affected.")]
    public static partial void DataOpenToOthers(this ILogger logger, string path);
}
