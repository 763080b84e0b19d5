using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Iot.Gateway.Certificates;

/// <summary>The certificate that TLS shows now: the operator's, read from its file, or one that the gateway's CA signed for itself. Thread-safe.</summary>
/// <remarks>The key of the gateway's own one is new at each start and lies in memory only: what devices trust is the root.</remarks>
internal sealed class ServerCertificate(TlsOptions options, Authorities authorities, ServerNames names, TimeProvider clock, ILogger<ServerCertificate> logger)
{
    private const string WhatItIs = "It must be PEM: the server's certificate first, what stands above it behind.";
    private static readonly TimeSpan Warned = TimeSpan.FromDays(7);

    private readonly Lock _turn = new();
    private volatile Shown? _shown;

    /// <summary>What a handshake that begins now shows.</summary>
    public Shown Now
    {
        get
        {
            if (IsBehindCa(_shown)) CatchUp();
            return _shown!;
        }
    }

    /// <summary>When the next one is due: after two thirds of the life of this one. One that was given is the operator's to renew.</summary>
    public DateTimeOffset? RenewAt => options.IsGiven ? null : Now.NotBefore + ((Now.NotAfter - Now.NotBefore) * 2 / 3);

    /// <summary>One sentence when it soon ends; null when all is well.</summary>
    public string? Problem => Now is var shown && clock.GetUtcNow() is var now && shown.NotAfter - now < Soon(shown)
        ? $"The server certificate {(shown.NotAfter > now ? "ends" : "ended")} at {shown.NotAfter:u}: devices cannot connect with TLS after that and keep their readings. "
            + (options.IsGiven ? $"Put a new one into {options.CertificateFile}; it is read when it changes." : "The log says why it was not renewed.")
        : null;

    /// <summary>Reads the file again, or has a new one signed.</summary>
    /// <exception cref="CaException">It cannot be used; the one before stays.</exception>
    public void Renew()
    {
        lock (_turn)
        {
            var next = options.IsGiven ? FromFile() : Signed();
            if (_shown is { } before && before.Certificate.RawDataMemory.Span.SequenceEqual(next.Certificate.RawDataMemory.Span)) return;

            _shown = next;
            logger.ServerCertificate(
                next.Certificate.SerialNumber, next.Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()?.Format(multiLine: false) ?? next.Certificate.Subject,
                next.NotAfter.UtcDateTime);
        }
    }

    /// <summary>There is none yet, or the CA has changed since: whoever enrolls or connects from then on is told and shown what holds now.</summary>
    private bool IsBehindCa(Shown? shown) => shown is null || (!options.IsGiven && !ReferenceEquals(shown.Roots, authorities.Roots));

    private void CatchUp()
    {
        lock (_turn)
            if (IsBehindCa(_shown)) Renew(); // else another handshake has done it meanwhile
    }

    private Shown Signed()
    {
        var roots = authorities.Roots; // before the rest: should the CA change meanwhile, this one counts as behind
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = authorities.Current.IssueServer(names, new(key), clock.GetUtcNow(), options.CertificateLifetime);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Bytes);
        return new(certificate.CopyWithPrivateKey(key), [.. authorities.AboveServer], roots);
    }

    private Shown FromFile()
    {
        var certificate = Pem.Load(options.CertificateFile!, options.CertificateKeyFile!);
        var file = Pem.Read(options.CertificateFile!, WhatItIs);
        var roots = options.RootFile is { Length: > 0 } root ? Pem.Read(root, "It must be PEM: the root that devices are to trust.") : [.. file.Where(IsRoot)];
        return new(certificate, [.. file.Skip(1), .. roots], [.. roots]);
    }

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static TimeSpan Soon(Shown shown) => (shown.NotAfter - shown.NotBefore) / 6 is var sixth && sixth < Warned ? sixth : Warned;

    /// <param name="above">What the handshake may need above the certificate; the root itself is never sent.</param>
    /// <param name="roots">What devices should trust; empty when the operator's file does not say.</param>
    internal sealed class Shown(X509Certificate2 certificate, X509Certificate2Collection above, IReadOnlyList<X509Certificate2> roots)
    {
        public X509Certificate2 Certificate => certificate;

        public IReadOnlyList<X509Certificate2> Roots => roots;

        public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(certificate, above, offline: true);

        public DateTimeOffset NotBefore => new(certificate.NotBefore.ToUniversalTime());

        public DateTimeOffset NotAfter => new(certificate.NotAfter.ToUniversalTime());
    }
}
