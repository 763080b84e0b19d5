namespace Iot.Wire;

/// <summary>Bytes of the telemetry topic become a batch: unpacks gzip and zstd, tells SenML JSON from CBOR by its first byte.</summary>
/// <remarks>Not thread-safe; keeps its buffer. In steady state only gzip and damaged payloads allocate.</remarks>
public sealed class PayloadDecoder : IDisposable
{
    private readonly PayloadUnpacker _unpacker;

    /// <param name="maxBytes">Most bytes of a payload, unpacked.</param>
    public PayloadDecoder(int maxBytes) => _unpacker = new(maxBytes);

    /// <summary>Fills <paramref name="into"/>; false when the payload cannot be read, and no reading is then in it.</summary>
    public bool TryDecode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why)
    {
        into.Clear();
        into.Device = context.Device;
        if (!_unpacker.TryUnpack(payload, out var pack, out why)) return false;

        var first = pack.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0)
            why = new(DecodeError.Empty, 0);
        else if (pack[first] == '[')
            return SenMlJsonDecoder.TryDecode(pack, context, into, out why);
        else if (pack[0] >> 5 == (int)CborMajor.Array)
            return SenMlCborDecoder.TryDecode(pack, context, into, out why);
        else
            why = new(DecodeError.UnknownFormat, first);

        return false;
    }

    public void Dispose() => _unpacker.Dispose();
}
