using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Keeps listening to the broker: connects, subscribes, and does so again when the connection has ended.</summary>
internal sealed class LocalConnection(LocalBroker broker, LocalMqttOptions options, string sensor, IReadOnlyList<string> filters, Action<string, ReadOnlyMemory<byte>> handle, TimeProvider clock, ILogger logger)
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), Random.Shared.NextDouble);
    private volatile string? _failure;
    private long? _listensSince;
    private bool _isOld;

    /// <summary>Why nothing is heard; null while it listens, and before the first try has ended.</summary>
    public string? Failure => _failure;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await ListenAsync(stopping);
            }
            catch (Exception e) when (e is not OutOfMemoryException) // the library throws many types; they all mean that there is no connection
            {
                if (stopping.IsCancellationRequested) return;

                _failure = $"The broker {broker} gives nothing: {e.GetBaseException().Message.TrimEnd('.')}. Check Url, Username and PasswordFile, and whether the broker runs.";
            }

            if (_listensSince is null) _isOld = !_isOld; // a broker that knows no MQTT 5 may just hang up
            var held = _listensSince is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
            _listensSince = null;
            if (!await PauseAsync(_backoff.Next(held), stopping)) return;
        }
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += e =>
        {
            lost.TrySetResult(e.ReasonString ?? e.Exception?.GetBaseException().Message ?? e.Reason.ToString());
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += e => Take(e.ApplicationMessage);

        var answer = await client.ConnectAsync(broker.Client(options, sensor, _isOld, clock), stopping);
        if (answer.ResultCode != MqttClientConnectResultCode.Success) throw new IOException($"refused, {answer.ResultCode}");

        await SubscribeAsync(client, stopping);
        (_failure, _listensSince) = (null, clock.GetTimestamp());
        logger.Listening(sensor, broker.ToString(), string.Join(", ", filters));
        throw new IOException(await lost.Task.WaitAsync(stopping));
    }

    private async Task SubscribeAsync(IMqttClient client, CancellationToken stopping)
    {
        var subscribe = new MqttClientSubscribeOptions();
        foreach (var filter in filters)
        {
            subscribe.TopicFilters.Add(new()
            {
                Topic = filter,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                RetainHandling = options.Retained || _isOld ? MqttRetainHandling.SendAtSubscribe : MqttRetainHandling.DoNotSendOnSubscribe,
            });
        }

        var answer = await client.SubscribeAsync(subscribe, stopping);
        if (answer.Items.FirstOrDefault(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2) is { } refused)
            throw new IOException($"it refuses the subscription to '{refused.TopicFilter.Topic}', {refused.ResultCode}");
    }

    /// <summary>A retained message may be years old.</summary>
    private Task Take(MqttApplicationMessage message)
    {
        if (!message.Retain || options.Retained) handle(message.Topic, message.Payload.ToArray());
        return Task.CompletedTask;
    }

    /// <returns>False when told to stop.</returns>
    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, clock, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
