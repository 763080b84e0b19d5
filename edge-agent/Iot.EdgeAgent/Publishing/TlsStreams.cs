using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Iot.EdgeAgent.Enrollment;
using MQTTnet.Channel;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Opens the TLS connection under MQTT: shows the certificate with all that stands above it, and trusts what it was told to.</summary>
/// <remarks>Not left to MQTTnet, which sends the certificate alone, so that a server that knows the root only could not follow.</remarks>
internal sealed class TlsStreams : IMqttClientStreamProvider, IDisposable
{
    private readonly X509Certificate2Collection _held = [];
    private readonly GatewayTrust? _trust;
    private readonly SslClientAuthenticationOptions _options;

    private TlsStreams(string host, X509Certificate2Collection? roots, DeviceIdentity? identity, Func<DateTimeOffset?> now)
    {
        if (roots is not null) _held.AddRange(roots);
        _trust = roots is null ? null : new(roots, host, now);
        _options = _trust?.Options() ?? new()
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck, // private authorities publish no lists
        };
        _options.ClientCertificateContext = identity is null ? null : Shown(identity);
    }

    /// <summary>Why the server of the last connect was not trusted, when the roots are ours; else the system's sentences say it.</summary>
    public Distrust Distrust => _trust?.Distrust ?? Distrust.None;

    /// <summary>Null without TLS.</summary>
    /// <param name="options">A CaFile wins over the roots of <paramref name="identity"/>; with neither the system's are trusted.</param>
    /// <param name="now">Null: not known; dates are not judged then, unless by the system.</param>
    /// <exception cref="IOException">The CaFile cannot be used.</exception>
    public static TlsStreams? For(GatewayOptions options, DeviceIdentity? identity, Func<DateTimeOffset?> now)
    {
        var address = options.ToAddress();
        if (!address.Tls) return null;

        return new(address.Host, options.CaFile is { Length: > 0 } file ? FromFile(file) : identity?.Roots(), identity, now);
    }

    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(brokerEndPoint, cancellationToken);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(_options, cancellationToken);
            return stream;
        }
        catch (AuthenticationException e) when (_trust?.Finding is { } finding)
        {
            socket.Dispose();
            throw new GatewayException($"it is not trusted: {finding}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var certificate in _held) certificate.Dispose();
    }

    private SslStreamCertificateContext Shown(DeviceIdentity identity)
    {
        var certificate = identity.Certificate();
        var chain = identity.Chain();
        _held.Add(certificate);
        _held.AddRange(chain);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static X509Certificate2Collection FromFile(string caFile)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(caFile);
        return trusted.Count > 0 ? trusted : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"'{caFile}' holds no PEM certificate."));
    }
}
