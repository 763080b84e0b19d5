using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>What came of looking for the next packet.</summary>
internal enum ReadOutcome
{
    /// <summary>Nothing complete yet.</summary>
    Nothing,

    /// <summary>A whole packet: take it apart, then call <see cref="PacketReader.Advance"/>.</summary>
    Packet,

    /// <summary>The client has closed its side.</summary>
    Ended,

    /// <summary>Somebody called <see cref="PacketReader.Interrupt"/>.</summary>
    Interrupted,

    /// <summary>The client broke the protocol; <see cref="PacketReader.Refusal"/> says how.</summary>
    Refused,
}

/// <summary>Cuts a client's bytes into packets, each judged by <see cref="FrameGuard"/> before its body is waited for.</summary>
/// <remarks>One owner at a time, save for <see cref="Interrupt"/>.</remarks>
internal sealed class PacketReader(PipeReader input, MqttPacketFormatterAdapter formatter, FrameGuard guard) : IDisposable
{
    private byte[] _contiguous = [];
    private ReadOnlySequence<byte> _body;
    private bool _connected;

    public FrameHeader Header { get; private set; }

    public MqttRefusal Refusal { get; private set; }

    public long BytesReceived { get; private set; }

    public async ValueTask<ReadOutcome> ReadAsync(CancellationToken cancellation)
    {
        ReadOutcome outcome;
        do outcome = Look(await input.ReadAsync(cancellation));
        while (outcome == ReadOutcome.Nothing);

        return outcome;
    }

    /// <summary>Never waits: <see cref="ReadOutcome.Nothing"/> when no whole packet has arrived.</summary>
    public ReadOutcome Read() => input.TryRead(out var read) ? Look(read) : ReadOutcome.Nothing;

    /// <summary>The packet's bytes after the fixed header, in one piece; valid until <see cref="Advance"/>.</summary>
    public ReadOnlyMemory<byte> Body()
    {
        if (_body.IsSingleSegment) return _body.First;

        // A packet that crosses the transport's 4 KiB blocks is copied once, into a buffer that is used again.
        if (_contiguous.Length < _body.Length)
        {
            ReturnBuffer();
            _contiguous = ArrayPool<byte>.Shared.Rent((int)_body.Length);
        }

        _body.CopyTo(_contiguous);
        return _contiguous.AsMemory(0, (int)_body.Length);
    }

    /// <summary>The packet as MQTTnet sees it; null with <see cref="Refusal"/> when it is malformed.</summary>
    public MqttPacket? Decode()
    {
        var packet = new ReceivedMqttPacket(Header.First, new(_body.ToArray()), Header.HeaderBytes + Header.BodyBytes);
        try
        {
            if (!_connected) formatter.DetectProtocolVersion(packet);
            var decoded = formatter.Decode(packet);
            _connected = true;
            return decoded;
        }
        catch (Exception e) when (e is MqttProtocolViolationException or ArgumentException or NotSupportedException or IndexOutOfRangeException)
        {
            Refusal = MqttRefusal.Malformed; // MQTTnet says so by throwing, not always its own exception
            return null;
        }
    }

    /// <summary>The packet is done with; its memory goes back.</summary>
    public void Advance() => input.AdvanceTo(_body.End);

    /// <summary>Wakes a waiting <see cref="ReadAsync"/>, or the next one. Thread-safe.</summary>
    public void Interrupt() => input.CancelPendingRead();

    public void Dispose() => ReturnBuffer();

    private ReadOutcome Look(in ReadResult read)
    {
        var buffer = read.Buffer;
        if (!read.IsCanceled)
        {
            if (guard.TryReadHeader(buffer, _connected, out var header, out var refusal))
            {
                Header = header;
                var whole = header.HeaderBytes + header.BodyBytes;
                if (buffer.Length >= whole)
                {
                    _body = buffer.Slice(header.HeaderBytes, header.BodyBytes);
                    BytesReceived += whole;
                    return ReadOutcome.Packet;
                }
            }

            if (refusal is { } why)
            {
                Refusal = why;
                input.AdvanceTo(buffer.Start, buffer.End);
                return ReadOutcome.Refused;
            }
        }

        input.AdvanceTo(buffer.Start, read.IsCanceled ? buffer.Start : buffer.End);
        return read.IsCanceled ? ReadOutcome.Interrupted : read.IsCompleted ? ReadOutcome.Ended : ReadOutcome.Nothing;
    }

    private void ReturnBuffer()
    {
        if (_contiguous.Length > 0) ArrayPool<byte>.Shared.Return(_contiguous);
        _contiguous = [];
    }
}
