using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>Who this device is, how it proves that, and whom it trusts. Never changed, only replaced as a whole.</summary>
internal sealed class DeviceIdentity
{
    private const string CommonName = "2.5.4.3";

    private DeviceIdentity(IdentityJson json, X509Certificate2 certificate)
    {
        Json = json;
        Device = DeviceId.Parse(json.Device);
        Gateway = new(json.Gateway);
        Serial = certificate.SerialNumber;
        NotBefore = new(certificate.NotBefore.ToUniversalTime());
        NotAfter = new(certificate.NotAfter.ToUniversalTime());
        Hash = SHA256.HashData(certificate.RawDataMemory.Span);
    }

    public DeviceId Device { get; }

    /// <summary>Where it enrolled and renews: the API's address, without a path.</summary>
    public Uri Gateway { get; }

    /// <summary>Where it publishes: <c>mqtts://HOST:PORT</c>.</summary>
    public string MqttUrl => Json.Mqtt;

    public string CertificatePem => Json.Certificate;

    /// <summary>Hexadecimal, as the gateway shows it.</summary>
    public string Serial { get; }

    public DateTimeOffset NotBefore { get; }

    /// <summary>After this moment the gateway lets it in no more, and at most renews it.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>SHA-256 of the certificate.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <summary>All of it, the key too.</summary>
    internal IdentityJson Json { get; }

    /// <exception cref="CryptographicException">The key is not the certificate's, there is no root, or a part cannot be read.</exception>
    /// <exception cref="FormatException">The certificate is another device's, or an address is none.</exception>
    public static DeviceIdentity From(IdentityJson json)
    {
        using var certificate = X509Certificate2.CreateFromPem(json.Certificate, json.Key);
        var identity = new DeviceIdentity(json, certificate);
        if (!NameOf(certificate).Equals(json.Device, StringComparison.Ordinal)) throw new FormatException($"the certificate is that of '{NameOf(certificate)}', not of {json.Device}");
        if (!EnrollmentToken.IsPrivate(identity.Gateway)) throw new FormatException($"{json.Gateway} is not https");
        if (!IsMqtt(json.Mqtt)) throw new FormatException($"'{json.Mqtt}' is not mqtts://HOST:PORT");
        if (identity.Roots().Count == 0) throw new CryptographicException("there is no root to trust");

        _ = identity.Chain();
        return identity;
    }

    /// <summary>With its key.</summary>
    public X509Certificate2 Certificate() => X509Certificate2.CreateFromPem(Json.Certificate, Json.Key);

    /// <summary>What stands above the certificate, the issuing CA first.</summary>
    public X509Certificate2Collection Chain() => Read(Json.Chain);

    /// <summary>All that it trusts: two while the gateway changes its CA.</summary>
    public X509Certificate2Collection Roots() => Read(Json.Roots);

    public bool IsExpired(DateTimeOffset now) => now >= NotAfter;

    public override string ToString() => $"{Device}, certificate {Serial}"; // never the key

    internal static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }

    private static bool IsMqtt(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme is "mqtts" || (address.Scheme is "mqtt" && address.IsLoopback));

    private static string NameOf(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .FirstOrDefault(part => !part.HasMultipleElements && part.GetSingleElementType().Value is CommonName)?.GetSingleElementValue() ?? "";
}
