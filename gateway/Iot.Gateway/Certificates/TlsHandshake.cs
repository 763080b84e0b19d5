using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Iot.Gateway.Certificates;

/// <summary>TLS 1.2 and 1.3 with the certificate that is shown at that moment. Ciphers are those of the runtime: forward secrecy only.</summary>
/// <param name="certificate">Asked at the first handshake: Kestrel is configured before the data directory is made and locked, and the CA lies there.</param>
internal sealed class TlsHandshake(Func<ServerCertificate> certificate)
{
    /// <param name="asksClient">The client may show a certificate. Whose it is, and whether it still counts, is asked of the registry when the client says CONNECT: so it can be told.</param>
    public void Secure(ListenOptions listener, bool asksClient, TimeSpan timeout) => listener.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = timeout,
        OnConnection = _ => ValueTask.FromResult(asksClient ? AskingClient() : Plain()),
    });

    private SslServerAuthenticationOptions Plain() => new()
    {
        ServerCertificateContext = certificate().Now?.Context ?? throw new AuthenticationException("There is no server certificate to show."),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private SslServerAuthenticationOptions AskingClient()
    {
        var options = Plain();
        options.ClientCertificateRequired = true; // asks; who shows none is still let through to CONNECT
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        options.CertificateChainPolicy = NoChain();
#pragma warning disable CA5359 // no server is trusted here: it is the client's certificate, and the registry judges it at CONNECT
        options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return options;
    }

    /// <summary>Nothing is fetched and nothing of this machine's trust is asked.</summary>
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };
}
