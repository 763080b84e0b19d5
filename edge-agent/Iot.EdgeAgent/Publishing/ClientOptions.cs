using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Translates our options into MQTTnet's.</summary>
internal static class ClientOptions
{
    /// <exception cref="IOException">A file named by the options cannot be read.</exception>
    public static MqttClientOptions For(GatewayOptions options, DeviceId device, string agent)
    {
        if (!GatewayAddress.TryParse(options.Url, out var address)) throw new FormatException($"'{options.Url}' is no address.");

        var builder = new MqttClientOptionsBuilder()
            .WithClientId(device.Value)
            .WithTcpServer(address.Host, address.Port)
            .WithProtocolVersion(options.Protocol == MqttVersion.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithCleanStart() // what is unacknowledged is known to the outbox, so the broker need not keep a session
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.ConnectTimeout)
            .WithWillTopic(Topics.Status(device))
            .WithWillPayload(StatusMessage.Offline(at: null, agent))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain();

        if (options.Username is { Length: > 0 } user) builder.WithCredentials(user, Password(options));
        if (address.Tls) builder.WithTlsOptions(tls => Tls(tls, address, options.CaFile));
        return builder.Build();
    }

    private static string? Password(GatewayOptions options) => options.PasswordFile is { Length: > 0 } file
        ? File.ReadAllText(file).TrimEnd('\r', '\n')
        : options.Password;

    private static void Tls(MqttClientTlsOptionsBuilder tls, GatewayAddress address, string? caFile)
    {
        tls.UseTls().WithTargetHost(address.Host).WithRevocationMode(X509RevocationMode.NoCheck); // private authorities publish no lists
        if (caFile is not { Length: > 0 }) return;

        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(caFile);
        if (trusted.Count == 0) throw new IOException(string.Create(CultureInfo.InvariantCulture, $"'{caFile}' holds no PEM certificate."));

        tls.WithTrustChain(trusted);
    }
}
