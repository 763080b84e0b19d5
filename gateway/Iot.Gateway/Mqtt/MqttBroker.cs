using Iot.Gateway.Detection.Connections;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Runs MQTTnet's server behind Kestrel: sessions, subscriptions, retained status, last wills.</summary>
/// <remarks>It starts before Kestrel listens and stops after Kestrel has drained the connections: hosted services stop in reverse.</remarks>
internal sealed class MqttBroker(
    ConnectionAcceptor acceptor, Ingest ingest, DevicePresence presence, DeviceIdentity identity, Credentials credentials, MqttMetrics metrics, RefusalReport refusals,
    CertificateWatch certificates, DesiredConfigs configs,
    IOptions<MqttOptions> options, IOptions<LimitsOptions> limits, TimeProvider clock, ILogger<MqttBroker> logger) : IHostedService, IDisposable
{
    private readonly LiveConnections _live = new();
    private MqttServer? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        acceptor.Services = new(
            options.Value, limits.Value.PayloadBytes + ConnectionServices.PacketOverheadBytes,
            ingest, AnnounceAsync, presence, identity, _live, metrics, refusals, certificates, clock, logger);

        var settings = new MqttServerOptions
        {
            DefaultCommunicationTimeout = options.Value.ConnectTimeout, // for CONNECT to arrive, and for a last DISCONNECT to leave
            EnablePersistentSessions = false,
        };
        _server = new MqttServer(settings, [acceptor], new BrokerLog(refusals));
        _server.ValidatingConnectionAsync += new Admission(credentials, _live, identity, refusals).ValidateAsync;
        _server.InterceptingSubscriptionAsync += SubscribeAsync;
        _server.InterceptingPublishAsync += RememberAsync;
        _server.ClientDisconnectedAsync += TellTakeoverAsync;
        await _server.StartAsync();
        await configs.StartAsync(_server);
        identity.Ended += EndSessions;
        SayWhatListens();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        identity.Ended -= EndSessions;
        configs.Stop();
        if (_server is not null) await _server.StopAsync(new MqttServerStopOptions());
    }

    public void Dispose() => _server?.Dispose();

    /// <summary>What the device's status topic holds now; empty for nothing.</summary>
    public ReadOnlyMemory<byte> StatusOf(DeviceId device) =>
        _server is { IsStarted: true } server && server.GetRetainedMessageAsync(Topics.Status(device)) is { IsCompletedSuccessfully: true, Result: { } message }
            ? message.Payload.First
            : default;

    /// <summary>Own topics only, and a bounded number; a client that asks for more gets a failure code for that filter.</summary>
    private Task SubscribeAsync(InterceptingSubscriptionEventArgs e)
    {
        var client = (ClientConnection)e.SessionItems[typeof(ClientConnection)]!;
        if (SubscriptionRules.WhyRefused(client.Session!, e.TopicFilter) is { } reason)
        {
            refusals.Subscription(e.ClientId, client.RemoteEndPoint, e.TopicFilter.Topic);
            e.Response.ReasonCode = reason;
            e.ProcessSubscription = false;
        }

        return Task.CompletedTask;
    }

    /// <summary>Birth messages come from <see cref="AnnounceAsync"/>, last wills from MQTTnet; both pass here.</summary>
    private Task RememberAsync(InterceptingPublishEventArgs e)
    {
        var message = e.ApplicationMessage;
        if (!Topics.TryParse(message.Topic, out var device, out var kind)) return Task.CompletedTask;

        if (kind == TopicKind.ConfigReported) configs.Remember(device, message);
        if (kind == TopicKind.Status
            && DeviceStatus.TryParse(message.Payload.FirstSpan, out var status)
            && !presence.Told(device, status))
        {
            message.Retain = false; // too many devices: pass it on, keep nothing
        }

        return Task.CompletedTask;
    }

    private Task TellTakeoverAsync(ClientDisconnectedEventArgs e)
    {
        if (e.DisconnectType == MqttClientDisconnectType.Takeover) refusals.TakenOver(e.ClientId, e.RemoteEndPoint);
        return Task.CompletedTask;
    }

    private async Task<IngestResult> AnnounceAsync(string client, MqttApplicationMessage message)
    {
        await _server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = client });
        return IngestResult.Stored;
    }

    private void EndSessions(DeviceId device) => _live.End(device, identity);

    private void SayWhatListens()
    {
        var mqtt = options.Value;
        if (mqtt.Port != 0) logger.Listening(mqtt.PlainAddress, mqtt.Port, tls: false);
        if (mqtt.TlsPort != 0) logger.Listening(mqtt.TlsAddress, mqtt.TlsPort, tls: true);
        foreach (var risk in mqtt.Risks()) logger.Risk(risk);
    }
}
