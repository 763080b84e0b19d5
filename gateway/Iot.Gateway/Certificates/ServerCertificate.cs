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
    private volatile object? _triedFor;
    private string? _failure;

    /// <summary>What a handshake that begins now shows; null when there is nothing to show, which <see cref="Problem"/> explains. Then TLS does not work, and all else does.</summary>
    public Shown? Now
    {
        get
        {
            if (!ReferenceEquals(_triedFor, Wanted)) CatchUp(); // the first who asks, and after a change of the CA: nobody is shown or told what held before
            return _shown;
        }
    }

    /// <summary>The last attempt has failed, and it is to be tried again by and by.</summary>
    public bool HasFailed => Volatile.Read(ref _failure) is not null;

    /// <summary>When the next one is due: after two thirds of the life of this one. Null for one that was given, for none, and for one that ends with its CA.</summary>
    public DateTimeOffset? RenewAt => options.IsGiven || Now is not { } shown || shown.NotAfter >= authorities.Current.EndsAt
        ? null
        : shown.NotBefore + ((shown.NotAfter - shown.NotBefore) * 2 / 3);

    /// <summary>One sentence when there is none or it soon ends; null when all is well.</summary>
    public string? Problem
    {
        get
        {
            if (Now is not { } shown)
                return $"There is no server certificate to show ({Volatile.Read(ref _failure)?.TrimEnd('.')}): devices cannot connect with TLS and keep their readings.";

            var now = clock.GetUtcNow();
            return shown.NotAfter - now >= Soon(shown) ? null
                : $"The server certificate {(shown.NotAfter > now ? "ends" : "ended")} at {shown.NotAfter:u}: devices cannot connect with TLS after that and keep their readings. "
                    + (options.IsGiven ? $"Put a new one into {options.CertificateFile}; it is read when it changes." : "The log says why it was not renewed.");
        }
    }

    /// <summary>It was given, and this machine's system trusts it, as others will that have been told nothing: a certificate of a public CA.</summary>
    public bool LeadsToSystemRoot => options.IsGiven && Now?.LeadsToSystemRoot() == true;

    private object Wanted => options.IsGiven ? options : authorities.Roots;

    /// <summary>Reads the file again, or has a new one signed. When that fails the one before stays, and the log says why.</summary>
    public void Renew()
    {
        lock (_turn)
        {
            _triedFor = Wanted;
            try
            {
                Show(options.IsGiven ? FromFile() : Signed());
                _failure = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                _failure = e.Message;
                if (_shown is { } before) logger.NotRenewed(e, e.Message, before.NotAfter.UtcDateTime);
                else logger.NoServerCertificate(e, e.Message);
            }
        }
    }

    private void CatchUp()
    {
        lock (_turn)
            if (!ReferenceEquals(_triedFor, Wanted)) Renew(); // else another handshake has done it meanwhile
    }

    private void Show(Shown next)
    {
        if (_shown is { } before && before.IsSameAs(next)) return;

        _shown = next;
        logger.ServerCertificate(
            next.Certificate.SerialNumber, next.Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()?.Format(multiLine: false) ?? next.Certificate.Subject,
            next.NotAfter.UtcDateTime);
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
        var roots = options.RootFile is { Length: > 0 } root ? Pem.Read(root, "It must be PEM: the root that devices are to trust.") : [.. file.Where(Pem.IsRoot)];
        return new(certificate, [.. file.Skip(1), .. roots], [.. roots]);
    }

    private static TimeSpan Soon(Shown shown) => (shown.NotAfter - shown.NotBefore) / 6 is var sixth && sixth < Warned ? sixth : Warned;

    /// <param name="above">What the handshake may need above the certificate; the root itself is never sent.</param>
    /// <param name="roots">What devices should trust; empty when the operator's file does not say.</param>
    internal sealed class Shown(X509Certificate2 certificate, X509Certificate2Collection above, IReadOnlyList<X509Certificate2> roots)
    {
        public X509Certificate2 Certificate => certificate;

        public IReadOnlyList<X509Certificate2> Roots => roots;

        public bool IsSameAs(Shown other) =>
            certificate.Equals(other.Certificate) && certificate.RawDataMemory.Span.SequenceEqual(other.Certificate.RawDataMemory.Span)
            && Above.SequenceEqual(other.Above) && roots.SequenceEqual(other.Roots);

        private X509Certificate2Collection Above => above;

        public bool LeadsToSystemRoot()
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.ExtraStore.AddRange(above);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            return chain.Build(certificate);
        }

        public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(certificate, above, offline: true);

        public DateTimeOffset NotBefore => new(certificate.NotBefore.ToUniversalTime());

        public DateTimeOffset NotAfter => new(certificate.NotAfter.ToUniversalTime());
    }
}
