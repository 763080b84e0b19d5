using Iot.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Translates our options into MQTTnet's.</summary>
internal static class ClientOptions
{
    /// <summary>Where systemd puts what the unit names <c>LoadCredential=gateway.password:…</c>.</summary>
    private const string PasswordCredential = "gateway.password";

    /// <param name="tls">Null: without TLS.</param>
    /// <exception cref="IOException">A file named by the options cannot be read.</exception>
    public static MqttClientOptions For(GatewayOptions options, DeviceId device, string agent, TlsStreams? tls)
    {
        var address = options.ToAddress();
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
        if (tls is not null) builder.WithStreamProvider(tls);
        return builder.Build();
    }

    private static string? Password(GatewayOptions options) => PasswordFile(options) is { } file
        ? File.ReadAllText(file).TrimEnd('\r', '\n')
        : options.Password;

    private static string? PasswordFile(GatewayOptions options)
    {
        if (options.PasswordFile is { Length: > 0 } file) return file;
        if (options.Password is not null || Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is not { Length: > 0 } credentials) return null;

        var credential = Path.Combine(credentials, PasswordCredential);
        return File.Exists(credential) ? credential : null;
    }
}
