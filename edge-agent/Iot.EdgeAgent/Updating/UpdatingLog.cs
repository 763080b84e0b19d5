namespace Iot.EdgeAgent.Updating;

/// <summary>All that is said about updates. Event ids 4900–4999.</summary>
internal static partial class UpdatingLog
{
    [LoggerMessage(4900, LogLevel.Information, "Version {Version} is fetched and its signature is right; root installs it now.")]
    public static partial void HandedOver(this ILogger logger, string version);

    [LoggerMessage(4901, LogLevel.Warning, "This device is not updated to {Version}: {Reason} Version {Running} goes on; no reading is concerned.")]
    public static partial void NotUpdated(this ILogger logger, string version, string reason, string running);
}
