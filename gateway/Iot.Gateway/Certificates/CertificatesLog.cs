namespace Iot.Gateway.Certificates;

/// <summary>All that is said about the CA and the gateway's own certificate. Event ids 2500–2599.</summary>
internal static partial class CertificatesLog
{
    [LoggerMessage(2501, LogLevel.Information, "A CA was made in '{Directory}'; the SHA-256 of its root is {Fingerprint}. Keep a copy: devices trust no other.")]
    public static partial void CaMade(this ILogger logger, string directory, Fingerprint fingerprint);

    [LoggerMessage(2502, LogLevel.Information, "The CA '{Certificate}' signs certificates until {Until:u}; the SHA-256 of its root is {Fingerprint}.")]
    public static partial void CaOpened(this ILogger logger, string certificate, Fingerprint fingerprint, DateTime until);

    [LoggerMessage(2503, LogLevel.Information, "TLS shows the certificate {Serial} for {Names} until {Until:u}.")]
    public static partial void ServerCertificate(this ILogger logger, string serial, string names, DateTime until);

    [LoggerMessage(2504, LogLevel.Error,
        "The server certificate was not renewed: {Reason} TLS goes on with the one before, which holds until {Until:u}; it is tried again in an hour and when a file changes. No reading is affected.")]
    public static partial void NotRenewed(this ILogger logger, Exception cause, string reason, DateTime until);

    [LoggerMessage(2508, LogLevel.Error,
        "There is no server certificate: {Reason} Nobody can connect with TLS; it is tried again each minute and when a file changes. What comes without TLS is taken as always, other devices keep their readings.")]
    public static partial void NoServerCertificate(this ILogger logger, Exception cause, string reason);

    [LoggerMessage(2505, LogLevel.Warning, "'{Directory}' cannot be watched ({Reason}): a new server certificate there is taken within an hour. No reading is affected.")]
    public static partial void NotWatched(this ILogger logger, string directory, string reason);

    [LoggerMessage(2506, LogLevel.Information,
        "The CA was rotated: '{Directory}' signs from now on, the SHA-256 of its root is {Fingerprint}. Devices go on trusting the one before until it is retired: 'iot-gateway ca show' says how many have not met the new one.")]
    public static partial void CaRotated(this ILogger logger, string directory, Fingerprint fingerprint);

    [LoggerMessage(2507, LogLevel.Information, "The CA '{Directory}' was retired: nobody is told to trust it any more. Its keys may be destroyed.")]
    public static partial void CaRetired(this ILogger logger, string directory);
}
