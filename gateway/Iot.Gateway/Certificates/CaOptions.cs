using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Certificates;

/// <summary>Who signs the certificates of devices, and how long tokens and certificates hold. Section <c>Ca</c>.</summary>
internal sealed record CaOptions : IValidatableObject
{
    public const string Section = "Ca";

    /// <summary>Your own issuing CA's certificate, a PEM file. Default none: the gateway makes a root and an issuing CA in <c>ca/</c> of the data directory at its first start.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The private key of your own issuing CA, a PEM file without a password. Default none.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>What stands above your own issuing CA, its root last, a PEM file. Default none: it is a root itself.</summary>
    public string? ChainFile { get; init; }

    /// <summary>How long a device's certificate holds; never longer than the issuing CA's. 10 min–825 d; default 90 d.</summary>
    [Duration("00:10:00", "825.00:00:00")]
    public TimeSpan DeviceCertificateLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long after its end a certificate can still be renewed by a device that has its key. 0–366 d; default 0: never.</summary>
    [Duration("00:00:00", "366.00:00:00")]
    public TimeSpan RenewExpiredFor { get; init; }

    /// <summary>How long an enrollment token holds when nobody says. 1 min–30 d; default 1 h.</summary>
    [Duration("00:01:00", "30.00:00:00")]
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where devices reach this gateway's API; it is written into the tokens. Default <c>Http:Url</c>.</summary>
    public Uri? EnrollUrl { get; init; }

    /// <summary>The CA is not the gateway's own.</summary>
    public bool IsGiven => CertificateFile is { Length: > 0 };

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (IsGiven != CertificateKeyFile is { Length: > 0 })
            yield return new("CertificateFile and CertificateKeyFile go together; give both or neither.");

        if (ChainFile is { Length: > 0 } && !IsGiven) yield return new("ChainFile is given without CertificateFile.");

        if (EnrollUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.AbsolutePath is not "/"))
            yield return new($"EnrollUrl = {url}: must be https://host:port.");
    }
}
