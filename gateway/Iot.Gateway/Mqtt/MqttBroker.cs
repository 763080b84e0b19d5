using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Runs MQTTnet's server behind Kestrel: sessions, subscriptions, retained status, last wills.</summary>
/// <remarks>It starts before Kestrel listens and stops after Kestrel has drained the connections: hosted services stop in reverse.</remarks>
internal sealed class MqttBroker(
    ConnectionAcceptor acceptor, Ingest ingest, DevicePresence presence, MqttMetrics metrics, RefusalReport refusals,
    IOptions<MqttOptions> options, IOptions<LimitsOptions> limits, TimeProvider clock, ILogger<MqttBroker> logger) : IHostedService, IDisposable
{
    private readonly Admission _admission = new(options.Value, refusals);
    private MqttServer? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        acceptor.Services = new(
            options.Value, limits.Value.PayloadBytes + ConnectionServices.PacketOverheadBytes,
            ingest, AnnounceAsync, presence, metrics, refusals, clock, logger);

        var settings = new MqttServerOptions
        {
            DefaultCommunicationTimeout = options.Value.ConnectTimeout, // for CONNECT to arrive, and for a last DISCONNECT to leave
            EnablePersistentSessions = false,
        };
        _server = new MqttServer(settings, [acceptor], new BrokerLog(refusals));
        _server.ValidatingConnectionAsync += _admission.ValidateAsync;
        _server.InterceptingSubscriptionAsync += SubscribeAsync;
        _server.InterceptingPublishAsync += RememberAsync;
        _server.ClientDisconnectedAsync += TellTakeoverAsync;
        await _server.StartAsync();
        SayWhatListens();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null) await _server.StopAsync(new MqttServerStopOptions());
    }

    public void Dispose() => _server?.Dispose();

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
        if (Topics.TryParse(message.Topic, out var device, out var kind)
            && kind == TopicKind.Status
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

    private void SayWhatListens()
    {
        var mqtt = options.Value;
        if (mqtt.Port != 0) logger.Listening(mqtt.BindAddress, mqtt.Port, tls: false);
        if (mqtt.EffectiveTlsPort != 0) logger.Listening(mqtt.BindAddress, mqtt.EffectiveTlsPort, tls: true);
        if (mqtt.AllowAnonymous && !mqtt.IsLoopback) logger.AnonymousBeyondLoopback(mqtt.BindAddress);
    }
}
