using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Certificates;

/// <summary>Signs the certificates of devices and of the gateway itself: its own CA, or one that was given. Thread-safe.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string WhatAChainIs = "It must be PEM: what stands above the issuing CA, the root last.";
    private const int LongestCommonName = 64; // RFC 5280, ub-common-name
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
        Root = Chain.Where(Pem.IsRoot).MaxBy(root => root.NotAfter) ?? above.LastOrDefault() ?? issuing;
        ChainPem = Chain.ToPem();
    }

    /// <summary>What devices trust; of two roots the newer one.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>After it nothing is signed any more.</summary>
    public DateTimeOffset EndsAt => new(_issuing.NotAfter.ToUniversalTime());

    public DateTimeOffset BeginsAt => new(_issuing.NotBefore.ToUniversalTime());

    /// <summary>The issuing CA, then all above it, the root last.</summary>
    public IEnumerable<X509Certificate2> Chain => [_issuing, .. _above];

    /// <summary>Every root among them: an operator who changes his CA gives two.</summary>
    public IEnumerable<X509Certificate2> Roots => Chain.Where(Pem.IsRoot).DefaultIfEmpty(Root);

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

        var authority = new CertificateAuthority(options, Pem.Load(certificate, key), chain is { Length: > 0 } ? Pem.Read(chain, WhatAChainIs) : []);
        authority.Check(certificate, clock.GetUtcNow());
        if (isNew) logger.CaMade(directory, authority.RootFingerprint);
        else logger.CaOpened(certificate, authority.RootFingerprint, authority._issuing.NotAfter.ToUniversalTime());
        return authority;
    }

    /// <summary>A client certificate for this device and this key, and for nothing else.</summary>
    public IssuedCertificate Issue(DeviceId device, PublicKey key, DateTimeOffset now) =>
        Sign(device.Value, key, ClientAuthentication, more: null, now, _options.DeviceCertificateLifetime);

    /// <summary>A server certificate for these names and this key.</summary>
    public IssuedCertificate IssueServer(ServerNames names, PublicKey key, DateTimeOffset now, TimeSpan lifetime) =>
        Sign(names.All[0], key, ServerAuthentication, names.Extension(), now, lifetime);

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

    private IssuedCertificate Sign(string commonName, PublicKey key, string purpose, X509Extension? more, DateTimeOffset now, TimeSpan lifetime)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName.Length <= LongestCommonName ? commonName : commonName[..LongestCommonName]);
        var request = new CertificateRequest(name.Build(), key, _hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, critical: false));
        if (_issuing.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } issuer)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer));
        if (more is not null) request.CertificateExtensions.Add(more);

        var from = Later(now - Backdated, new(_issuing.NotBefore.ToUniversalTime()));
        var to = Earlier(now + lifetime, new(_issuing.NotAfter.ToUniversalTime()));
        if (to <= now) throw new CaException(_options.CertificateFile ?? "issuing.pem", $"it expired at {to:u}", "Give the gateway a new issuing CA, or rotate its own: iot-gateway ca rotate.");
        if (to <= from) throw new CaException(_options.CertificateFile ?? "issuing.pem", $"it is valid from {from:u}, and this machine's clock says {now:u}", "Set the clock.");

        lock (_signing)
        {
            using var certificate = request.Create(_issuing.SubjectName, _generator, from, to, NewSerial());
            return new(certificate.RawData, certificate.SerialNumber, Whole(from), Whole(to), RootFingerprint);
        }
    }

    private void Check(string path, DateTimeOffset now)
    {
        if (_issuing.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            throw new CaException(path, "it is not a CA's certificate (basic constraints)", "Give the certificate of an issuing CA.");

        if (!ChainCheck.Leads(_issuing, _above, Root, now, out var why))
            throw new CaException(path, $"it does not lead to its root: {why}", "Check the files: the issuing CA, and in Ca:ChainFile what stands above it, the root last.");
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}

/// <param name="Bytes">DER.</param>
/// <param name="Serial">Hexadecimal.</param>
/// <param name="Root">Which root it leads to.</param>
internal sealed record IssuedCertificate(byte[] Bytes, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, Fingerprint Root);
