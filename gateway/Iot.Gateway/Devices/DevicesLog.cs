namespace Iot.Gateway.Devices;

/// <summary>All that is said about devices. Event ids 1000–1099.</summary>
internal static partial class DevicesLog
{
    [LoggerMessage(1001, LogLevel.Warning,
        "More than {Limit} devices: whether {Device} and others beyond are online is not known; their readings are stored all the same.")]
    public static partial void TooManyDevices(this ILogger logger, int limit, string device);
}
