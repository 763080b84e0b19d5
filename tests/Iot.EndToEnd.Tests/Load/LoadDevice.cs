using System.Globalization;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.EndToEnd.Tests.Load;

/// <summary>A device that publishes at QoS 1, connects again whenever it must, and sends again what was not acknowledged.</summary>
/// <remarks>Every second one speaks 3.1.1. It keeps its own count of what was acknowledged: the one the gateway is judged by.</remarks>
internal sealed class LoadDevice(int number, int port, long firstNs)
{
    private const int Window = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly SortedSet<int> _unacknowledged = [];
    private int _acknowledged;

    public int Number => number;

    public string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"load-{number:00}");

    public ulong Epoch { get; } = 0xE2E0_0000UL + (ulong)number;

    public long FirstNs => firstNs;

    /// <summary>Batches that a PUBACK promised to be on disk, each counted once. Without gaps once the device has ended.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Batches sent more than once.</summary>
    public int Repeated { get; private set; }

    /// <summary>All the points that must be stored.</summary>
    public IEnumerable<KeyValuePair<long, double>> Expected() =>
        Enumerable.Range(1, Acknowledged).SelectMany(seq => new LoadBatch(this, seq).Points());

    /// <summary>Until <paramref name="stopping"/>, and then until the last batch that was sent is acknowledged.</summary>
    /// <param name="givingUp">Ends it whatever is left: a test that failed.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken givingUp)
    {
        var next = 1;
        while (!stopping.IsCancellationRequested || _unacknowledged.Count > 0)
        {
            using var client = new MqttClientFactory().CreateMqttClient();
            try
            {
                await ConnectAsync(client, givingUp);
                Repeated += _unacknowledged.Count;
                await PublishAsync(client, [.. _unacknowledged]);
                while (!stopping.IsCancellationRequested)
                {
                    int[] group = [.. Enumerable.Range(next, Window)];
                    next += Window;
                    _unacknowledged.UnionWith(group);
                    await PublishAsync(client, group);
                    await Task.Delay(Pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (Exception e) when (e is MqttCommunicationException or MqttClientDisconnectedException or OperationCanceledException && !givingUp.IsCancellationRequested)
            {
                await Task.Delay(Pause, givingUp); // the gateway is away; what is not acknowledged goes again
            }
        }
    }

    private async Task ConnectAsync(IMqttClient client, CancellationToken givingUp)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(givingUp);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        await client.ConnectAsync(
            new MqttClientOptionsBuilder()
                .WithTcpServer("127.0.0.1", port)
                .WithClientId(Id)
                .WithProtocolVersion(number % 2 == 0 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
                .Build(),
            patience.Token);
    }

    /// <summary>All under way at once; returns once each is acknowledged.</summary>
    private async Task PublishAsync(IMqttClient client, int[] batches)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answers = batches.Select(seq => AcknowledgedAsync(client, seq, patience.Token)).ToList();
        await Task.WhenAll(answers);
    }

    private async Task AcknowledgedAsync(IMqttClient client, int seq, CancellationToken patience)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic($"v1/devices/{Id}/telemetry")
            .WithPayload(new LoadBatch(this, seq).Payload())
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        var answer = await client.PublishAsync(message, patience);
        if (answer.ReasonCode != MqttClientPublishReasonCode.Success) return; // full: it stays unacknowledged

        lock (_unacknowledged)
            if (_unacknowledged.Remove(seq)) Interlocked.Increment(ref _acknowledged);
    }
}
