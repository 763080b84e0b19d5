using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Certificates;

/// <summary>The certificate that this gateway shows over HTTPS and MQTT with TLS. Section <c>Tls</c>.</summary>
internal sealed record TlsOptions : IValidatableObject
{
    public const string Section = "Tls";

    /// <summary>Your own server certificate, a PEM file, with what stands above it behind; read again when it changes. Default none: the gateway's CA signs one and renews it.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its private key, a PEM file without a password. Default none.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>The root above your own server certificate, which devices are to trust, a PEM file. Default: the root in the certificate's file.</summary>
    public string? RootFile { get; init; }

    /// <summary>Names and addresses by which this gateway is reached, with commas, for the certificate that its CA signs. Default: this machine's name, <c>localhost</c>, and the hosts of <c>Http:Url</c> and <c>Ca:EnrollUrl</c>.</summary>
    public string? Names { get; init; }

    /// <summary>How long a certificate holds that the gateway's CA signs for itself; it is renewed after two thirds. 10 min–825 d; default 90 d.</summary>
    [Duration("00:10:00", "825.00:00:00")]
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The certificate is not the gateway's own.</summary>
    public bool IsGiven => CertificateFile is { Length: > 0 };

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (IsGiven != CertificateKeyFile is { Length: > 0 })
            yield return new("CertificateFile and CertificateKeyFile go together; give both or neither.");

        if (RootFile is { Length: > 0 } && !IsGiven) yield return new("RootFile is given without CertificateFile.");

        foreach (var name in ServerNames.Split(Names))
        {
            if (Uri.CheckHostName(name) == UriHostNameType.Unknown) yield return new($"Names = {Names}: '{name}' is neither a host name nor an IP address.");
        }
    }
}
