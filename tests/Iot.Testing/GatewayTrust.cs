using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Iot.Testing;

/// <summary>Trusts the roots in a file and no others, as a client that was told them does.</summary>
/// <param name="rootFile">PEM; read at each connection.</param>
/// <param name="isTimeless">The gateway lives by another clock than the test.</param>
public sealed class GatewayTrust(Func<string> rootFile, bool isTimeless = false)
{
    /// <summary>The caller disposes of it, or gives it to an <see cref="HttpClient"/> that does.</summary>
    public SocketsHttpHandler Handler() => new() { SslOptions = Options(), UseProxy = false };

    public SslClientAuthenticationOptions Options() => new() { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors) };

    private bool IsTrusted(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || sent is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(rootFile());
        chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (isTimeless) chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(shown);
    }
}
