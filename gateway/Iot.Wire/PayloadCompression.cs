namespace Iot.Wire;

/// <summary>What a payload is wrapped in, told by its first bytes; neither JSON nor a CBOR array starts so.</summary>
public enum PayloadCompression
{
    None = 0,

    /// <summary><c>1F 8B</c>, RFC 1952: one member.</summary>
    Gzip,

    /// <summary><c>28 B5 2F FD</c>, RFC 8878: one or more frames, without dictionary.</summary>
    Zstd,
}

public static class PayloadCompressions
{
    public static PayloadCompression Of(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith([(byte)0x1f, (byte)0x8b])) return PayloadCompression.Gzip;
        if (payload.StartsWith([(byte)0x28, (byte)0xb5, (byte)0x2f, (byte)0xfd])) return PayloadCompression.Zstd;

        return PayloadCompression.None;
    }
}
