using System.Buffers;
using System.Globalization;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Formatter;

namespace Iot.EdgeAgent.Tests;

/// <summary>Subscribes to all devices and remembers every batch, in the order of arrival.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Lock _gate = new();
    private readonly List<(DeviceId Device, BatchIdentity Identity)> _arrived = [];
    private readonly Dictionary<(DeviceId, ulong, ulong), byte[]> _contents = [];
    private readonly List<string> _states = [];

    /// <summary>Two contents under one identity; none, if all is well.</summary>
    public int Contradictions { get; private set; }

    public IReadOnlyList<string> States
    {
        get
        {
            lock (_gate) return [.. _states];
        }
    }

    public IReadOnlyList<BatchIdentity> Arrived
    {
        get
        {
            lock (_gate) return [.. _arrived.Select(batch => batch.Identity)];
        }
    }

    public int Devices
    {
        get
        {
            lock (_gate) return _arrived.Select(batch => batch.Device).Distinct().Count();
        }
    }

    public int Distinct
    {
        get
        {
            lock (_gate) return _contents.Count;
        }
    }

    /// <summary>Subscribes at QoS 0: mosquitto then writes to us before it sends the PUBACK.</summary>
    public async Task ConnectAsync(int port, CancellationToken cancellation)
    {
        _client.ApplicationMessageReceivedAsync -= TakeAsync;
        _client.ApplicationMessageReceivedAsync += TakeAsync;
        await _client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500).Build(), cancellation);
        await _client.SubscribeAsync("v1/devices/#", cancellationToken: cancellation);
    }

    /// <summary>Once the broker's end has been noticed: all that it had written before is read then.</summary>
    public Task DisconnectedAsync() => Iot.Testing.Eventually.TrueAsync(() => !_client.IsConnected, "the recorder is disconnected");

    /// <summary>For each epoch the numbers that are missing below the highest.</summary>
    public IReadOnlyList<string> Gaps()
    {
        lock (_gate)
        {
            return [.. _contents.Keys.GroupBy(key => (key.Item1, key.Item2)).SelectMany(epoch =>
            {
                var seqs = epoch.Select(key => key.Item3).ToHashSet();
                return Enumerable.Range(1, (int)seqs.Max()).Where(seq => !seqs.Contains((ulong)seq))
                    .Select(seq => string.Create(CultureInfo.InvariantCulture, $"{epoch.Key.Item1} {epoch.Key.Item2:x16} lacks {seq} of {seqs.Max()}"));
            })];
        }
    }

    public static ReadingBatch Decode(DeviceId device, ReadOnlySpan<byte> payload)
    {
        using var unpacker = new PayloadUnpacker(1 << 20);
        Assert.True(unpacker.TryUnpack(payload, out var plain, out var damage), damage.ToString());
        var batch = new ReadingBatch();
        Assert.True(SenMlCborDecoder.TryDecode(plain, new(device, 0, 10_000), batch, out var why), why.ToString());
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected) await _client.DisconnectAsync();
        _client.Dispose();
    }

    private Task TakeAsync(MqttApplicationMessageReceivedEventArgs e)
    {
        Assert.True(Topics.TryParse(e.ApplicationMessage.Topic, out var device, out var kind));
        var payload = e.ApplicationMessage.Payload.ToArray();
        lock (_gate)
        {
            if (kind == TopicKind.Status) _states.Add(System.Text.Encoding.UTF8.GetString(payload));
            if (kind != TopicKind.Telemetry) return Task.CompletedTask;

            var identity = Decode(device, payload).Identity!.Value;
            _arrived.Add((device, identity));
            var key = (device, identity.Epoch, identity.Seq);
            if (!_contents.TryAdd(key, payload) && !_contents[key].AsSpan().SequenceEqual(payload)) Contradictions++;
        }

        return Task.CompletedTask;
    }
}
