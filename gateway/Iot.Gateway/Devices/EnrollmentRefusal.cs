namespace Iot.Gateway.Devices;

/// <summary>Why there is no certificate. What a stranger is told is in <see cref="EnrollmentAnswer.Detail"/>.</summary>
internal enum EnrollmentRefusal
{
    None,

    /// <summary>No such token or certificate; also for a device that is not registered: a guesser learns nothing.</summary>
    Unknown,

    TokenUsed,
    TokenExpired,
    CertificateExpired,
    Revoked,
    Disabled,
    BadRequest,
    OtherDevice,
    NoProof,
    TooManyAttempts,
    TooManyCertificates,
}

/// <summary>A certificate, or why there is none.</summary>
/// <param name="Detail">For the one who asked, as sentences; empty with a certificate.</param>
/// <param name="Certificate">Its bytes; null when it was refused.</param>
/// <param name="IsRepeated">It was given for the same request before, and nothing has changed by it.</param>
internal sealed record EnrollmentAnswer(EnrollmentRefusal Refusal, string Detail, string Device = "", byte[]? Certificate = null, bool IsRepeated = false)
{
    public static EnrollmentAnswer Refused(EnrollmentRefusal why) => new(why, why switch
    {
        EnrollmentRefusal.Unknown => "It is not known to this gateway. Ask for a new token: iot-gateway devices token ID.",
        EnrollmentRefusal.TokenUsed => "The token was used before, and holds once only. If that was not this device, disable it. A new one: iot-gateway devices token ID.",
        EnrollmentRefusal.TokenExpired => "The token has expired. A new one: iot-gateway devices token ID.",
        EnrollmentRefusal.CertificateExpired => "The certificate has expired too long ago to be renewed (Ca:RenewExpiredFor). Enroll the device again with a token: iot-gateway devices token ID.",
        EnrollmentRefusal.Revoked => "The certificate was revoked. Enroll the device again with a token: iot-gateway devices token ID.",
        EnrollmentRefusal.Disabled => "The device is disabled. An operator can let it in again: iot-gateway devices enable ID.",
        EnrollmentRefusal.OtherDevice => "The certificate request names another device: its common name and DNS names must be the device's id, or be left out.",
        EnrollmentRefusal.NoProof => "The signature is not one of the certificate's key over the request (SHA-256; PKCS#1 with RSA, DER with ECDSA).",
        EnrollmentRefusal.TooManyAttempts => "Too many attempts. Wait a minute.",
        EnrollmentRefusal.TooManyCertificates => "The device has as many valid certificates as it may have. Use one of them until some have expired.",
        _ => "The request cannot be used.",
    });

    public static EnrollmentAnswer BadRequest(string detail) => new(EnrollmentRefusal.BadRequest, detail);
}
