using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>Writes packets to a client, one writer at a time. After <see cref="CloseAsync"/> writing does nothing. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Late answers may still come; a semaphore without wait handle holds nothing.")]
internal sealed class PacketWriter(PipeWriter output, MqttPacketFormatterAdapter formatter)
{
    private readonly SemaphoreSlim _writing = new(1);
    private bool _closed;

    public long BytesSent { get; private set; }

    public async Task SendAsync(MqttPacket packet, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            if (_closed) return;

            var encoded = formatter.Encode(packet);
            output.Write(encoded.Packet.AsSpan());
            foreach (var part in encoded.Payload) output.Write(part.Span);
            BytesSent += encoded.Length;
            await output.FlushAsync(cancellation);
        }
        finally
        {
            formatter.Cleanup();
            _writing.Release();
        }
    }

    /// <summary>Bytes of one or many whole packets, in one flush.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> packets, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            if (_closed) return;

            BytesSent += packets.Length;
            await output.WriteAsync(packets, cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What was written before is still sent.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        _closed = true;
        await output.CompleteAsync();
        _writing.Release();
    }
}
