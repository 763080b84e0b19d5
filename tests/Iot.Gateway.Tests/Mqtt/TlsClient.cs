using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>TLS with a device's certificate, as a client of any make does it.</summary>
internal sealed class TlsClient(TcpClient socket, SslStream stream) : IAsyncDisposable
{
    public SslStream Stream => stream;

    /// <param name="from">An address of this machine: any that begins with 127.</param>
    public static async Task<TlsClient> OpenAsync(MqttTestGateway gateway, DeviceFiles files, string from = "127.0.0.1")
    {
        var socket = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync("127.0.0.1", gateway.TlsPort);
        var stream = new SslStream(socket.GetStream());
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(files.Roots);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = [X509Certificate2.CreateFromPemFile(files.Certificate, files.Key)],
            CertificateChainPolicy = Trusting(roots),
            EnabledSslProtocols = SslProtocols.Tls13,
        });
        return new(socket, stream);
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return stream.DisposeAsync();
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
