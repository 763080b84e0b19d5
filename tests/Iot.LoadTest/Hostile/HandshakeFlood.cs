using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Iot.LoadTest.Hostile;

/// <summary>Whole TLS handshakes without a certificate, over and over, and nothing after: work for the gateway before anybody has said who he is.</summary>
/// <param name="source">They come from 127.0.3.<paramref name="source"/>.</param>
internal sealed class HandshakeFlood(int port, byte source)
{
    /// <summary>Handshakes that were finished.</summary>
    public int Finished { get; private set; }

    /// <summary>Those that were not.</summary>
    public int CutOff { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await IsFinishedAsync()) Finished++;
            else CutOff++;
        }
    }

    private async Task<bool> IsFinishedAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 3, source]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                AllowTlsResume = false,
#pragma warning disable CA5359 // an attacker does not care whom he attacks
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            });
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return false; // the gateway has had enough
        }
    }
}
