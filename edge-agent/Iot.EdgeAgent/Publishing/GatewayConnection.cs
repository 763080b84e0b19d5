using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Publishing;

/// <summary>One MQTT connection, from its birth message to its end. Never used again after <see cref="Lost"/>.</summary>
internal sealed class GatewayConnection : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _lost = new();
    private readonly GatewayOptions _options;
    private readonly DeviceId _device;
    private readonly string _topic;
    private readonly TimeProvider _clock;
    private readonly DeviceIdentity? _identity;
    private readonly Timekeeper? _time;
    private readonly OnlineMessages _online;
    private readonly ConfigExchange? _exchange;
    private TlsStreams? _tls;

    private GatewayConnection(
        GatewayOptions options, DeviceId device, string agent, TimeProvider clock, DeviceIdentity? identity, Timekeeper? time, ConfigExchange? exchange)
    {
        (_options, _device, _clock, _identity, _time, _topic, _exchange) = (options, device, clock, identity, time, Topics.Telemetry(device), exchange);
        _online = new(_client, device, agent, time, clock);
        _client.DisconnectedAsync += e => MarkLost(e.ReasonString ?? e.Exception?.Message ?? e.Reason.ToString());
    }

    /// <summary>Cancelled once the connection has ended, whoever ended it.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it ended; empty while it holds.</summary>
    public string LostReason { get; private set; } = "";

    /// <summary>Publishes that may be unacknowledged at a time: our option or the gateway's, whichever is less.</summary>
    public int MaxInFlight { get; private set; }

    /// <summary>Connects and says that the device is online.</summary>
    /// <param name="identity">What it shows over TLS, and whom it trusts; null: nothing, and the system's authorities.</param>
    /// <param name="exchange">Null: it is not configured by the gateway.</param>
    /// <exception cref="GatewayException">No connection: refused, unreachable, not trusted, or not in time.</exception>
    /// <exception cref="OperationCanceledException">Only by <paramref name="cancellation"/>.</exception>
    public static async Task<GatewayConnection> OpenAsync(
        GatewayOptions options, DeviceId device, string agent, TimeProvider clock, DeviceIdentity? identity, CancellationToken cancellation,
        Timekeeper? time = null, ConfigExchange? exchange = null)
    {
        var connection = new GatewayConnection(options, device, agent, clock, identity, time, exchange);
        try
        {
            await connection.ConnectAsync(device, agent, cancellation);
            return connection;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            connection.Dispose();
            // whatever the network, TLS or the MQTT library threw, it means the same: no connection
            throw e as GatewayException ?? e.InnerException as GatewayException ?? new GatewayException(e is OperationCanceledException ? "no answer in time" : Innermost(e), e);
        }
        catch (Exception e)
        {
            connection.Dispose();
            throw new OperationCanceledException(e.Message, e, cancellation); // MQTTnet calls it a timeout
        }
    }

    /// <summary>Publishes at QoS 1; packets leave in the order of the calls, whether or not earlier ones are answered.</summary>
    public async Task<PublishAnswer> PublishAsync(byte[] payload)
    {
        try
        {
            var message = new MqttApplicationMessage { Topic = _topic, PayloadSegment = payload, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
            // no token: MQTTnet would break off in the middle of a packet
            var result = await _client.PublishAsync(message, CancellationToken.None).WaitAsync(_options.AckTimeout, _clock);
            return PublishAnswer.From(result);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // the library throws many types here; all of them mean that this connection carries nothing any more
            await MarkLost(e is TimeoutException ? $"no PUBACK within {_options.AckTimeout.TotalSeconds} s" : Innermost(e));
            return PublishAnswer.Lost;
        }
    }

    /// <summary>Gives it up, for a reason that the network does not know.</summary>
    public Task EndAsync(string reason) => MarkLost(reason);

    /// <summary>Says that the device is offline and leaves; the last will is not sent then.</summary>
    public async Task CloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), _clock);
            await _online.SayOfflineAsync(limit.Token);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await MarkLost(Innermost(e)); // then the broker sends the last will, which says the same
        }
    }

    public void Dispose()
    {
        _online.Dispose();
        _exchange?.Detach(_client);
        try
        {
            _client.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // its receiving task saw the end at this moment and tidies up itself
        }

        _tls?.Dispose();
        _lost.Dispose();
    }

    private async Task ConnectAsync(DeviceId device, string agent, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        _tls = TlsStreams.For(_options, _identity, () => _time is null ? _clock.GetUtcNow() : _time.Now);
        var answer = await _client.ConnectAsync(ClientOptions.For(_options, device, agent, _tls), either.Token);
        if (answer.ResultCode != MqttClientConnectResultCode.Success)
            throw new GatewayException($"refused: {answer.ResultCode} {answer.ReasonString}".TrimEnd()) { IsRefused = true };

        MaxInFlight = Math.Min(_options.MaxInFlight, answer.ReceiveMaximum is > 0 and var most ? (int)most : int.MaxValue);
        await _online.BeginAsync(either.Token);
        if (_exchange is not null) await _exchange.AttachAsync(_client, _device, either.Token);
    }

    private async Task MarkLost(string reason)
    {
        if (LostReason.Length == 0) LostReason = reason;
        try
        {
            await _lost.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // the event of the end may come after the end
        }
    }

    private static string Innermost(Exception e) => e.GetBaseException().Message;
}

/// <summary>There is no connection to the gateway; everything stays in the outbox.</summary>
internal sealed class GatewayException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>By a gateway that answered.</summary>
    public bool IsRefused { get; init; }
}
