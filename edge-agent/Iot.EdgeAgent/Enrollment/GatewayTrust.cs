using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>Decides whether a server is the gateway: by the roots that this device was given, and never by the system's.</summary>
/// <param name="now">Null: nobody knows what time it is, so a certificate's dates are not judged; all else is.</param>
/// <remarks>One connection each: it remembers why it said no.</remarks>
internal sealed class GatewayTrust(X509Certificate2Collection roots, string host, Func<DateTimeOffset?> now)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why the server was not trusted; null when it was, or was not reached.</summary>
    public string? Finding { get; private set; }

    /// <summary>The same in a word, for advice.</summary>
    public Distrust Distrust { get; private set; }

    /// <param name="client">What the device shows of itself; null: nothing.</param>
    public SslClientAuthenticationOptions Options(SslStreamCertificateContext? client = null) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // private authorities publish no lists
        AllowTlsResume = false, // each connection proves the key it has now
        ClientCertificateContext = client,
        RemoteCertificateValidationCallback = (_, shown, chain, _) => IsTrusted(shown as X509Certificate2, chain),
    };

    private bool IsTrusted(X509Certificate2? server, X509Chain? built)
    {
        if (server is null || built is null) return No(Distrust.NoCertificate, "it showed no certificate");

        if (!server.MatchesHostname(host))
            return No(Distrust.OtherHost, $"its certificate is not for {host} but for {NamesOf(server)}");

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(built.ChainPolicy.ExtraStore); // what it showed beside its certificate
        chain.ChainPolicy.ApplicationPolicy.Add(new(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (now() is { } known) chain.ChainPolicy.VerificationTime = known.UtcDateTime;
        else chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(server) || Explain(chain);
    }

    private bool Explain(X509Chain chain)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return (status & X509ChainStatusFlags.NotTimeValid) != X509ChainStatusFlags.NoError
            ? No(Distrust.OtherTime, $"its certificate is not valid at this machine's time, {now():u}: check the clock")
            : No(Distrust.OtherRoot, $"its certificate does not lead to a root that this device trusts ({status})");
    }

    private static string NamesOf(X509Certificate2 server)
    {
        var names = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? "no host" : string.Join(", ", [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())]);
    }

    private bool No(Distrust distrust, string finding)
    {
        (Distrust, Finding) = (distrust, finding);
        return false;
    }
}

/// <summary>Why a server is not trusted.</summary>
internal enum Distrust
{
    /// <summary>It is, or was not reached.</summary>
    None,

    NoCertificate,

    /// <summary>The certificate names others.</summary>
    OtherHost,

    /// <summary>It is over, or not yet.</summary>
    OtherTime,

    /// <summary>It leads elsewhere.</summary>
    OtherRoot,
}
