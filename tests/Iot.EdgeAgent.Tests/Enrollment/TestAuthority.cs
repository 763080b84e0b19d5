using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>A root, an issuing CA below it, and what they sign: as a gateway's own.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(DateTimeOffset now)
    {
        (From, To) = (now.AddDays(-1), now.AddYears(10));
        var root = Authority("root", _rootKey);
        Root = root.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), From, To, Serial());
        Issuing = Authority("issuing CA", _issuingKey).Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), From, To, Serial());
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuing { get; }

    public byte[] RootHash => SHA256.HashData(Root.RawDataMemory.Span);

    /// <summary>The root last.</summary>
    public string ChainPem => $"{Issuing.ExportCertificatePem()}\n{Root.ExportCertificatePem()}\n";

    private DateTimeOffset From { get; }

    private DateTimeOffset To { get; }

    /// <summary>With its key.</summary>
    public X509Certificate2 Server(string host = "127.0.0.1", string usage = ServerUsage, DateTimeOffset? until = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        return Sign("gateway", new(_serverKey), usage, From, until ?? To, names.Build()).CopyWithPrivateKey(_serverKey);
    }

    public X509Certificate2 Client(string device, PublicKey key, DateTimeOffset from, DateTimeOffset to) => Sign(device, key, ClientUsage, from, to);

    public void Dispose()
    {
        Root.Dispose();
        Issuing.Dispose();
        _rootKey.Dispose();
        _issuingKey.Dispose();
        _serverKey.Dispose();
    }

    private X509Certificate2 Sign(string name, PublicKey key, string usage, DateTimeOffset from, DateTimeOffset to, params X509Extension[] more)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(usage)], critical: false));
        foreach (var extension in more) request.CertificateExtensions.Add(extension);
        return request.Create(Issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuingKey), from, to, Serial());
    }

    /// <summary>Each with a name of its own, as those of two gateways have.</summary>
    private static CertificateRequest Authority(string what, ECDsa key)
    {
        var request = new CertificateRequest($"CN=test {what} {Convert.ToHexString(Serial())}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
