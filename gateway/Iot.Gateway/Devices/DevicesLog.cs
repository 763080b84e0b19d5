using System.Net;

namespace Iot.Gateway.Devices;

/// <summary>All that is said about devices. Event ids 1000–1099.</summary>
internal static partial class DevicesLog
{
    [LoggerMessage(1001, LogLevel.Warning,
        "More than {Limit} devices: whether {Device} and others beyond are online is not known; their readings are stored all the same.")]
    public static partial void TooManyDevices(this ILogger logger, int limit, string device);

    [LoggerMessage(1012, LogLevel.Information, "A token for {Device} was made; it holds until {Until:u}, once.")]
    public static partial void TokenMade(this ILogger logger, Iot.Wire.DeviceId device, DateTimeOffset until);

    [LoggerMessage(1013, LogLevel.Information, "{Device} got a certificate, asked for from {Address}.")]
    public static partial void Enrolled(this ILogger logger, string device, IPAddress address);

    [LoggerMessage(1014, LogLevel.Warning, "An enrollment or a renewal from {Address} was refused ({Refusal}); no certificate was given, and no reading is affected.")]
    public static partial void EnrollmentRefused(this ILogger logger, IPAddress address, EnrollmentRefusal refusal);

    [LoggerMessage(1015, LogLevel.Warning, "When devices were seen last could not be written: {Reason} It is tried again in a minute; no reading is affected.")]
    public static partial void SeenNotWritten(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(1016, LogLevel.Warning, "What devices report of their configuration could not be written: {Reason} It is tried again in seconds; no reading is affected.")]
    public static partial void ReportsNotWritten(this ILogger logger, Exception cause, string reason);
}
