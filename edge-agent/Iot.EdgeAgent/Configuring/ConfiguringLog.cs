using Iot.Wire;

namespace Iot.EdgeAgent.Configuring;

/// <summary>All that configuring says. Event ids 4510–4599.</summary>
internal static partial class ConfiguringLog
{
    [LoggerMessage(4510, LogLevel.Information, "{Device}: configuration {Version} of the gateway is on trial; it must be proved within {TrialTime} without a link, within {Longest} with one. The last good one is kept.")]
    public static partial void OnTrial(this ILogger logger, DeviceId device, long version, TimeSpan trialTime, TimeSpan longest);

    [LoggerMessage(4511, LogLevel.Information, "{Device}: configuration {Version} of the gateway is applied: readings arrive with it.")]
    public static partial void Applied(this ILogger logger, DeviceId device, long version);

    [LoggerMessage(4512, LogLevel.Error, "{Device}: configuration {Version} of the gateway is refused: {Problems} Nothing was changed.")]
    public static partial void Refused(this ILogger logger, DeviceId device, long version, string problems);

    [LoggerMessage(4513, LogLevel.Error, "{Device}: configuration {Version} of the gateway is rolled back: {Reason}. The last good one is in force again, no reading is lost.")]
    public static partial void RolledBack(this ILogger logger, DeviceId device, long version, string reason);

    [LoggerMessage(4514, LogLevel.Error, "The configuration of this machine cannot be used: {Problems} The last good one stays in force.")]
    public static partial void LocalBad(this ILogger logger, string problems);

    [LoggerMessage(4515, LogLevel.Information, "The configuration of this machine was read again; what changed is in force.")]
    public static partial void LocalRead(this ILogger logger);

    [LoggerMessage(4516, LogLevel.Warning, "{Sections} of this machine's configuration changed; that takes effect at the next start. All else is in force.")]
    public static partial void NeedsRestart(this ILogger logger, string sections);

    [LoggerMessage(4517, LogLevel.Warning, "The last good configuration could not be kept: {Reason} This one is in force all the same; with a bad file the next start would fail.")]
    public static partial void LastGoodNotKept(this ILogger logger, string reason);

    [LoggerMessage(4518, LogLevel.Warning, "What was kept of the gateway's configuration cannot be read: {Reason} This machine's own is in force, and the gateway's is tried anew when it comes.")]
    public static partial void ConfigFileUnreadable(this ILogger logger, string reason);

    [LoggerMessage(4519, LogLevel.Error, "How the gateway's configuration stands could not be noted on disk: {Reason} What is in force stays in force.")]
    public static partial void NotNoted(this ILogger logger, string reason);

    [LoggerMessage(4520, LogLevel.Error, "A step of configuring failed, by a mistake of this program. Sampling and publishing go on; a configuration on trial is proved or rolled back as ever.")]
    public static partial void StepFailed(this ILogger logger, Exception failure);
}
