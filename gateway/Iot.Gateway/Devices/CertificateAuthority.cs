using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>Signs the certificates of devices: the gateway's own CA, or one that was given. Thread-safe.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5); // for devices whose clock is a little behind

    private readonly CaOptions _options;
    private readonly X509Certificate2 _issuing;
    private readonly X509Certificate2Collection _above;
    private readonly X509SignatureGenerator _generator;
    private readonly HashAlgorithmName _hash;
    private readonly Lock _signing = new();

    private CertificateAuthority(CaOptions options, X509Certificate2 issuing, X509Certificate2Collection above)
    {
        (_options, _issuing, _above) = (options, issuing, above);
        var ecdsa = issuing.GetECDsaPrivateKey();
        _generator = ecdsa is not null
            ? X509SignatureGenerator.CreateForECDsa(ecdsa)
            : X509SignatureGenerator.CreateForRSA(issuing.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1);
        _hash = ecdsa is { KeySize: > 256 } ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        Root = above.Count > 0 ? above[^1] : issuing;
        ChainPem = string.Concat(new[] { issuing }.Concat(above).Select(certificate => certificate.ExportCertificatePem() + "\n"));
    }

    /// <summary>What devices trust.</summary>
    public X509Certificate2 Root { get; }

    public Fingerprint RootFingerprint => Fingerprint.Of(Root.RawDataMemory.Span);

    /// <summary>The issuing CA and all above it, the root last.</summary>
    public string ChainPem { get; }

    /// <param name="directory">Of the gateway's own CA; made when there is none.</param>
    /// <param name="options">May name another.</param>
    /// <exception cref="CaException">The files cannot be used; they are left as they are.</exception>
    public static CertificateAuthority Open(string directory, CaOptions options, TimeProvider clock, ILogger<CertificateAuthority> logger)
    {
        var (certificate, key, chain) = (options.CertificateFile!, options.CertificateKeyFile!, options.ChainFile);
        var isNew = false;
        if (!options.IsGiven)
        {
            var files = new CaFiles(directory, clock, new PosixDisk());
            isNew = files.Complete();
            (certificate, key, chain) = (files.Issuing, files.IssuingKey, files.Root);
        }

        var authority = new CertificateAuthority(options, Load(certificate, key), chain is { Length: > 0 } ? Above(chain) : []);
        authority.Check(certificate, clock.GetUtcNow());
        if (isNew) logger.CaMade(directory, authority.RootFingerprint);
        else logger.CaOpened(certificate, authority.RootFingerprint, authority._issuing.NotAfter.ToUniversalTime());
        return authority;
    }

    /// <summary>A client certificate for this device and this key, and for nothing else.</summary>
    public IssuedCertificate Issue(DeviceId device, PublicKey key, DateTimeOffset now)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(device.Value);
        var request = new CertificateRequest(name.Build(), key, _hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, critical: false));
        if (_issuing.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } issuer)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer));

        var from = Later(now - Backdated, new(_issuing.NotBefore.ToUniversalTime()));
        var to = Earlier(now + _options.DeviceCertificateLifetime, new(_issuing.NotAfter.ToUniversalTime()));
        if (to <= now) throw new CaException(_options.CertificateFile ?? "issuing.pem", $"it expired at {to:u}", "Give the gateway a new issuing CA.");

        lock (_signing)
        {
            using var certificate = request.Create(_issuing.SubjectName, _generator, from, to, NewSerial());
            return new(certificate.RawData, certificate.SerialNumber, Whole(from), Whole(to));
        }
    }

    /// <summary>127 random bits, positive.</summary>
    public static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    public void Dispose()
    {
        _issuing.Dispose();
        foreach (var certificate in _above) certificate.Dispose();
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(certificate), File.ReadAllText(key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CaException(certificate, $"it is no certificate, or {key} is not its key ({e.Message.TrimEnd('.')})", "Put the right files there, in PEM and without a password.", e);
        }
    }

    private static X509Certificate2Collection Above(string chain)
    {
        var above = new X509Certificate2Collection();
        try
        {
            above.ImportFromPemFile(chain);
        }
        catch (CryptographicException e)
        {
            throw new CaException(chain, $"it cannot be read as certificates ({e.Message.TrimEnd('.')})", "It must be PEM: what stands above the issuing CA, the root last.", e);
        }

        return above.Count > 0 ? above : throw new CaException(chain, "no certificate is in it", "It must be PEM: what stands above the issuing CA, the root last.");
    }

    private void Check(string path, DateTimeOffset now)
    {
        if (_issuing.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            throw new CaException(path, "it is not a CA's certificate (basic constraints)", "Give the certificate of an issuing CA.");

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Root);
        chain.ChainPolicy.ExtraStore.AddRange(_above);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(_issuing))
        {
            throw new CaException(path, $"it does not lead to its root now: {string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')))}",
                "Check the files, their dates and this machine's clock.");
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}

/// <param name="Bytes">DER.</param>
/// <param name="Serial">Hexadecimal.</param>
internal sealed record IssuedCertificate(byte[] Bytes, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
