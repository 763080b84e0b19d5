using Iot.Wire;

namespace Iot.Gateway.Decoding;

/// <summary>Step 1 of ingest: bytes become a batch. Also opens a spooled message again for a sink.</summary>
/// <remarks>Holds reusable buffers: one owner at a time.</remarks>
internal sealed class MessageDecoder(int maxUnpackedBytes)
{
    /// <summary>False with the reason when the whole message cannot be read; <paramref name="into"/> is then undefined.</summary>
    public bool TryDecode(
        PayloadFormat format, ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        why = new(maxUnpackedBytes > 0 && payload.IsEmpty && format == PayloadFormat.SenMl ? DecodeError.Empty : DecodeError.UnknownFormat, 0);
        into.Clear();
        into.Device = context.Device;
        return false;
    }
}
