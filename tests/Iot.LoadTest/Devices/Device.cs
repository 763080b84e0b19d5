using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Iot.Wire;

namespace Iot.LoadTest.Devices;

/// <summary>One device on one raw connection. One task sends; the same or another receives.</summary>
internal sealed class Device : IAsyncDisposable
{
    private const int PacketIds = 1024; // far more than the window, so an id is free again when it comes round

    private readonly Fleet _fleet;
    private readonly DeviceId _id;
    private readonly byte[] _topic;
    private readonly ulong _epoch;
    private ArrayBufferWriter<byte> _out = new();
    private readonly byte[] _in = new byte[1024];
    private Stream? _stream;
    private int _inLength;
    private ulong _seq;
    private ulong _answered;

    public Device(Fleet fleet, int index)
    {
        _fleet = fleet;
        _id = DeviceId.Parse($"{Fleet.Prefix}{index:D6}");
        _topic = Encoding.ASCII.GetBytes(fleet.Plan.Payload == PayloadKind.Line ? Topics.TelemetryLine(_id) : Topics.Telemetry(_id));
        _epoch = (ulong)Random.Shared.NextInt64(1, long.MaxValue);
        Times = new(fleet.Plan.Connections);
    }

    public SendTimes Times { get; }

    public DeviceId Id => _id;

    /// <summary>Messages that have their answer: the first, the second and so on up to this one.</summary>
    public long Answered => (long)Volatile.Read(ref _answered);

    /// <summary>Messages that have no answer yet.</summary>
    public int InFlight => (int)(Volatile.Read(ref _seq) - Volatile.Read(ref _answered));

    /// <param name="port">The gateway's.</param>
    /// <param name="source">Last number of the address 127.0.0.x that it connects from. 1–254.</param>
    public async Task ConnectAsync(int port, int source = 1)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)source]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await ConnectAsync(new NetworkStream(socket, ownsSocket: true));
    }

    /// <param name="stream">Open; the device's from now on.</param>
    /// <exception cref="IOException">It was not let in.</exception>
    public async Task ConnectAsync(Stream stream)
    {
        _stream = stream;
        _inLength = 0;
        await _stream.WriteAsync(MqttPackets.Connect(_fleet.Plan.Protocol, _id.Value));
        while (!MqttPackets.TryRead(_in.AsSpan(0, _inLength), out _, out _, out _)) await FillAsync();

        MqttPackets.TryRead(_in.AsSpan(0, _inLength), out var type, out var body, out var length);
        if (type != MqttPackets.ConnAck || body[1] != 0) throw new IOException($"{_id} was not let in: packet 0x{type:x2}, reason 0x{body[1]:x2}.");

        Consume(length);
    }

    /// <summary>After a broken connection: what has no answer yet is what <see cref="SendAsync"/> sends next, the same bytes again.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public async Task ConnectAgainAsync(int port)
    {
        await HangUpAsync();
        await ConnectAsync(port);
    }

    /// <summary>Without a word. What has no answer yet is what <see cref="SendAsync"/> sends next, the same bytes again.</summary>
    public async Task HangUpAsync()
    {
        if (_stream is not null) await _stream.DisposeAsync();
        _stream = null;
        _inLength = 0;
        Volatile.Write(ref _seq, _answered);
    }

    /// <summary>Publishes <paramref name="count"/> messages with one write.</summary>
    /// <param name="due">When they should have gone out, if they are late because of the gateway; else 0: now.</param>
    public async ValueTask SendAsync(int count, long due = 0)
    {
        _out.ResetWrittenCount();
        var writer = _fleet.RentWriter();
        for (var i = 0; i < count; i++)
        {
            var seq = _seq + 1;
            MqttPackets.Publish(_out, _fleet.Plan, _topic, PacketIdOf(seq), writer.Write(_id, _epoch, seq));
            Times.Set(seq, due == 0 ? Stopwatch.GetTimestamp() : due);
            Volatile.Write(ref _seq, seq);
        }

        _fleet.Return(writer);
        _fleet.Tally.Sent(count, _out.WrittenCount);
        if (_fleet.Plan.Qos == 0) Volatile.Write(ref _answered, _seq);
        await _stream!.WriteAsync(_out.WrittenMemory);
    }

    /// <returns>Answers received: at least one.</returns>
    public async ValueTask<int> ReceiveAsync()
    {
        while (true)
        {
            var answers = TakeAnswers();
            if (answers > 0) return answers;
            await FillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is null) return;

        byte[] disconnect = [0xE0, 0];
        await _stream.WriteAsync(disconnect);
        await _stream.DisposeAsync();
        _stream = null;
        _out = new();
    }

    private int TakeAnswers()
    {
        var (answers, at) = (0, 0);
        while (MqttPackets.TryRead(_in.AsSpan(at, _inLength - at), out var type, out var body, out var length))
        {
            if (type != MqttPackets.PubAck) throw new IOException($"{_id} got packet 0x{type:x2} {Convert.ToHexString(body)} instead of a PUBACK.");

            Take(BinaryPrimitives.ReadUInt16BigEndian(body), body.Length > 2 ? body[2] : (byte)0);
            answers++;
            at += length;
        }

        Consume(at);
        return answers;
    }

    /// <summary>PUBACKs come in the order of the publishes; anything else is a fault of the gateway.</summary>
    private void Take(ushort packetId, byte reason)
    {
        var seq = _answered + 1;
        if (packetId != PacketIdOf(seq)) throw new InvalidOperationException($"{_id} got the PUBACK of packet {packetId} before that of {PacketIdOf(seq)}.");

        if (Times.TryGet(seq, out var sent)) _fleet.Tally.Answered(reason, Stopwatch.GetElapsedTime(sent));
        Volatile.Write(ref _answered, seq);
    }

    private async ValueTask FillAsync()
    {
        var read = await _stream!.ReadAsync(_in.AsMemory(_inLength));
        if (read == 0) throw new IOException($"The gateway closed the connection of {_id} with {InFlight} messages unanswered.");

        _inLength += read;
    }

    private void Consume(int length)
    {
        _in.AsSpan(length, _inLength - length).CopyTo(_in);
        _inLength -= length;
    }

    private static ushort PacketIdOf(ulong seq) => (ushort)((seq % PacketIds) + 1);
}
