using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Iot.EdgeAgent.Enrollment;
using MQTTnet;
using MQTTnet.Formatter;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Where the broker is, and how it is spoken to.</summary>
internal sealed record LocalBroker(string Host, int Port, bool Tls)
{
    public const string Allowed = "must be mqtt://HOST, mqtt://HOST:PORT, or the same with mqtts";

    /// <summary>Larger messages are no measurement: the broker keeps them, or they are left out.</summary>
    public const int MostPayloadBytes = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static bool TryParse(string text, [NotNullWhen(true)] out LocalBroker? broker)
    {
        broker = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("mqtt" or "mqtts")) return false;
        if (url.Host.Length == 0 || url.PathAndQuery is not ("" or "/") || url.UserInfo.Length > 0) return false;

        var tls = url.Scheme is "mqtts";
        broker = new(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : tls ? 8883 : 1883, tls);
        return true;
    }

    /// <param name="isOld">Speak 3.1.1, as brokers of before 2018 do.</param>
    /// <exception cref="IOException">A file named by the options cannot be read.</exception>
    public MqttClientOptions Client(LocalMqttOptions options, string sensor, bool isOld, TimeProvider clock)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithClientId($"iot-edge-agent-{Environment.MachineName}-{sensor}-{Environment.ProcessId}")
            .WithTcpServer(Host, Port)
            .WithCleanStart()
            .WithTimeout(Timeout)
            .WithProtocolVersion(isOld ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500);
        if (!isOld) builder.WithReceiveMaximum(100).WithMaximumPacketSize(MostPayloadBytes + 1024);
        if (options.Username is { Length: > 0 } user) builder.WithCredentials(user, Password(options));
        if (Tls) builder.WithTlsOptions(tls => Trust(tls, options, clock));
        return builder.Build();
    }

    public override string ToString() => $"{Host}:{Port}";

    private static string? Password(LocalMqttOptions options) =>
        options.PasswordFile is { Length: > 0 } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : null;

    private void Trust(MqttClientTlsOptionsBuilder tls, LocalMqttOptions options, TimeProvider clock)
    {
        tls.UseTls().WithTargetHost(Host);
        if (options.CaFile is not { Length: > 0 } file) return;

        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(File.ReadAllText(file));
        var check = new GatewayTrust(roots, Host, () => clock.GetUtcNow()).Options().RemoteCertificateValidationCallback!;
        tls.WithCertificateValidationHandler(shown => check(this, shown.Certificate, shown.Chain, shown.SslPolicyErrors));
    }
}
