using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Iot.Journal;

namespace Iot.Gateway.Certificates;

/// <summary>For commands that ask the running gateway over HTTPS: is it the one whose files these are? Nothing is made or changed.</summary>
internal sealed class ServerTrust(string caDirectory, TlsOptions tls, CaOptions ca, TimeProvider clock)
{
    /// <summary>The name it is asked by does not matter: it is this machine's, and its files say who it is.</summary>
    public bool IsOurs(X509Certificate2? shown, X509Chain? sent) => shown is not null && (tls.IsGiven ? IsOf(tls.CertificateFile!, shown) : LeadsToOurs(shown, sent));

    public SslClientAuthenticationOptions Options() => new()
    {
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsOurs(certificate as X509Certificate2, chain),
    };

    private static bool IsOf(string file, X509Certificate2 shown) =>
        Pem.Read(file, "It must be PEM: the server's certificate first.")[0].RawDataMemory.Span.SequenceEqual(shown.RawDataMemory.Span);

    private bool LeadsToOurs(X509Certificate2 shown, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Roots());
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return chain.Build(shown);
    }

    private X509Certificate2Collection Roots()
    {
        if (ca.IsGiven) return Pem.Read(ca.ChainFile is { Length: > 0 } chain ? chain : ca.CertificateFile!, "It must be PEM.");

        var generations = new CaGenerations(caDirectory, clock, new PosixDisk());
        var (current, previous) = generations.Read();
        int[] all = previous is { } before ? [current, before] : [current];
        return [.. all.Select(generation => generations.FilesOf(generation).Root).Where(File.Exists).Select(X509CertificateLoader.LoadCertificateFromFile)];
    }
}
