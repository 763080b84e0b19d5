using System.Diagnostics;
using Iot.Gateway.Mqtt;
using Iot.Wire;

namespace Iot.Gateway.Decoding;

/// <summary>Step 1 of ingest: bytes become a batch. Also opens a spooled message again for a sink.</summary>
/// <param name="maxUnpackedBytes">Most bytes of a payload, unpacked.</param>
/// <remarks>Holds reusable buffers that grow to the largest message seen: one owner at a time.</remarks>
internal sealed class MessageDecoder(int maxUnpackedBytes) : IDisposable
{
    private readonly PayloadDecoder _senMl = new(maxUnpackedBytes);
    private readonly PayloadUnpacker _unpacker = new(maxUnpackedBytes);
    private readonly LineProtocolDecoder _lines = new();

    /// <summary>False with the reason when the whole message cannot be read; <paramref name="into"/> is then undefined.</summary>
    public bool TryDecode(
        PayloadFormat format, ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        switch (format)
        {
            case PayloadFormat.SenMl:
                return _senMl.TryDecode(payload, context, into, out why);
            case PayloadFormat.LineProtocol:
                return _unpacker.TryUnpack(payload, out var lines, out why) && _lines.TryDecode(lines, context, into, out why);
            default:
                throw new UnreachableException($"Payload format {format} has no decoder.");
        }
    }

    public void Dispose()
    {
        _senMl.Dispose();
        _unpacker.Dispose();
    }
}
