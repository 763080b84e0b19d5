using System.Net;
using System.Net.Sockets;
using Iot.Wire;

namespace Iot.CrashTest.Recording;

/// <summary>One connection through the proxy: notes each PUBLISH before it goes on, and each PUBACK before it goes back.</summary>
internal sealed class RecordedConnection : IDisposable
{
    private readonly Recorder _recorder;
    private readonly Socket _client;
    private readonly Socket _gateway = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Dictionary<ushort, RecordedBatch> _unanswered = [];
    private int _protocol = 4;
    private volatile bool _cutNext;

    public RecordedConnection(Recorder recorder, Socket client)
    {
        (_recorder, _client) = (recorder, client);
        client.NoDelay = true;
    }

    /// <summary>Until one side has hung up.</summary>
    public async Task JoinAsync(int port)
    {
        try
        {
            await _gateway.ConnectAsync(IPAddress.Loopback, port);
            var up = CopyAsync(_client, _gateway, new(SeenFromClient), mayCut: true);
            var down = CopyAsync(_gateway, _client, new(SeenFromGateway), mayCut: false);
            await Task.WhenAny(up, down);
            Dispose();
            await Task.WhenAll(up, down);
        }
        catch (SocketException)
        {
            // The gateway is away: its client sees the connection end.
        }
    }

    /// <summary>Half of what the client sends next still goes on, then both sides see the connection break.</summary>
    public void Cut() => _cutNext = true;

    public void Dispose()
    {
        _client.Dispose();
        _gateway.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to, PacketSplitter packets, bool mayCut)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                packets.Take(buffer.AsSpan(0, length));
                var cut = mayCut && _cutNext;
                await to.SendAsync(buffer.AsMemory(0, cut ? length / 2 : length));
                if (cut) return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side hung up or was killed; the other is closed by the caller.
        }
    }

    private void SeenFromClient(byte head, ReadOnlySpan<byte> body)
    {
        if ((head & 0xF0) == MqttPacket.Connect) _protocol = MqttPacket.ProtocolOf(body);
        if ((head & 0xF6) != (MqttPacket.Publish | 0x02)) return;

        MqttPacket.ReadPublish(body, _protocol, out var topic, out var id, out var payload);
        if (!Topics.TryParse(topic, out var device, out var kind) || kind != TopicKind.Telemetry) return;

        if (_recorder.Publish(device, payload) is not { } batch) return;

        lock (_unanswered) _unanswered[id] = batch;
    }

    private void SeenFromGateway(byte head, ReadOnlySpan<byte> body)
    {
        if ((head & 0xF0) != MqttPacket.PubAck) return;

        var taken = MqttPacket.ReadPubAck(body, out var id);
        RecordedBatch? batch;
        lock (_unanswered) _unanswered.Remove(id, out batch);
        if (taken && batch is not null) _recorder.Acknowledge(batch);
    }
}
