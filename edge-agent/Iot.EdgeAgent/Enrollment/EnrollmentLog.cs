using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>All that is said about this device's identity. Event ids 4600–4699.</summary>
internal static partial class EnrollmentLog
{
    [LoggerMessage(4600, LogLevel.Information, "{Device} has a new certificate, {Serial}, good until {Until:u}; the next connection shows it.")]
    public static partial void Renewed(this ILogger logger, DeviceId device, string serial, DateTimeOffset until);

    [LoggerMessage(4601, LogLevel.Information, "{Device} was enrolled anew; its certificate {Serial} is good until {Until:u}.")]
    public static partial void EnrolledAnew(this ILogger logger, DeviceId device, string serial, DateTimeOffset until);

    [LoggerMessage(4602, LogLevel.Warning, "The certificate could not be renewed: {Reason} Nothing is lost: readings are kept on disk, and it goes on trying.")]
    public static partial void RenewalFailed(this ILogger logger, string reason);

    [LoggerMessage(4603, LogLevel.Error,
        "{Device}: the gateway refuses to renew the certificate, which ends at {Until:u}: {Reason} With a new token run here: iot-edge-agent enroll. Readings are kept on disk, and it goes on asking.")]
    public static partial void RenewalRefused(this ILogger logger, DeviceId device, string reason, DateTimeOffset until);
}
