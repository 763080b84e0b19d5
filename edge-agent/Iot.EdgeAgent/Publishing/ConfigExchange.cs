using System.Buffers;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Protocol;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Configuration to and fro: what the gateway desires comes in, what became of it goes out, at each connect and at each change.</summary>
/// <remarks>Thread-safe; outlives connections. What is told is retained there, so only the last counts.</remarks>
internal sealed class ConfigExchange(ILogger<ConfigExchange> logger)
{
    private readonly Lock _gate = new();
    private IMqttClient? _client;
    private DeviceId _device;
    private byte[]? _reported;
    private bool _refused;

    /// <summary>Called with each configuration that comes, the same one again after each connect.</summary>
    public Action<byte[]>? Desired { get; set; }

    /// <summary>Tells the gateway, now or as soon as there is a connection.</summary>
    public void Report(byte[] payload)
    {
        lock (_gate)
        {
            _reported = payload;
            TellLocked();
        }
    }

    /// <summary>Subscribes. A gateway that refuses that takes readings all the same.</summary>
    public async Task AttachAsync(IMqttClient client, DeviceId device, CancellationToken cancellation)
    {
        var topic = Topics.ConfigDesired(device);
        client.ApplicationMessageReceivedAsync += message =>
        {
            if (message.ApplicationMessage.Topic.Equals(topic, StringComparison.Ordinal)) Desired?.Invoke(message.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        var answer = await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
        var refusal = answer.Items.FirstOrDefault(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2);
        if (refusal is not null && !_refused) logger.NotConfigurable(device, topic, refusal.ResultCode.ToString());
        lock (_gate)
        {
            (_client, _device, _refused) = (client, device, refusal is not null);
            TellLocked();
        }
    }

    /// <summary>The connection is over.</summary>
    public void Detach(IMqttClient client)
    {
        lock (_gate)
            if (ReferenceEquals(_client, client)) _client = null;
    }

    private void TellLocked()
    {
        if (_client is not { } client || _reported is not { } payload) return;

        _ = TellAsync(client, new() // ends with an answer or with the connection; the next connection tells it again
        {
            Topic = Topics.ConfigReported(_device),
            PayloadSegment = payload,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = true,
        });
    }

    private static async Task TellAsync(IMqttClient client, MqttApplicationMessage message)
    {
        try
        {
            await client.PublishAsync(message, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // the library throws many types; all of them mean that the connection is gone, and its end is reported elsewhere
        }
    }
}
