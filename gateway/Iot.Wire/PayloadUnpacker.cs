using System.Buffers.Binary;
using System.IO.Compression;
using ZstdSharp;

namespace Iot.Wire;

/// <summary>Takes gzip or zstd off foreign payloads, one after the other, into one buffer that it keeps.</summary>
/// <param name="maxBytes">Most bytes a payload may have, unpacked.</param>
/// <remarks>
/// Not thread-safe. The buffer starts small and doubles as bytes really come out, never past the limit: sizes that a header
/// claims are not believed, so a payload that lies costs no more than one that does not.
/// </remarks>
public sealed class PayloadUnpacker(int maxBytes) : IDisposable
{
    private const int FirstBufferBytes = 16 * 1024;

    /// <summary>Header of 10 bytes, an empty block, checksum and length.</summary>
    private const int MinGzipBytes = 20;

    private readonly Decompressor _zstd = new();
    private byte[] _buffer = [];

    /// <summary>False when it is damaged or too large. The bytes are valid until the next call; those of an uncompressed payload are its own.</summary>
    public bool TryUnpack(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> unpacked, out DecodeFailure why)
    {
        var length = 0;
        var compression = PayloadCompressions.Of(payload);
        var error = compression switch
        {
            PayloadCompression.Gzip => UnpackGzip(payload, out length),
            PayloadCompression.Zstd => UnpackZstd(payload, out length),
            _ => payload.Length > maxBytes ? DecodeError.TooLarge : DecodeError.None,
        };

        unpacked = compression == PayloadCompression.None ? payload : _buffer.AsSpan(0, length);
        why = new(error, 0);
        return error == DecodeError.None;
    }

    public void Dispose() => _zstd.Dispose();

    private unsafe DecodeError UnpackGzip(ReadOnlySpan<byte> payload, out int length)
    {
        length = 0;
        fixed (byte* start = payload)
        {
            using var packed = new UnmanagedMemoryStream(start, payload.Length);
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            try
            {
                int read;
                do
                {
                    if (length == _buffer.Length && !TryGrow()) return gzip.ReadByte() < 0 ? WholeGzip(payload, length) : DecodeError.TooLarge;

                    read = gzip.Read(_buffer.AsSpan(length));
                    length += read;
                }
                while (read > 0);
            }
            catch (InvalidDataException)
            {
                // The only way GZipStream can say that the bytes are damaged.
                return DecodeError.BadCompression;
            }
        }

        return WholeGzip(payload, length);
    }

    /// <summary>GZipStream takes a payload cut short for a whole one, so its last four bytes, the length, are asked.</summary>
    private static DecodeError WholeGzip(ReadOnlySpan<byte> payload, int length) =>
        payload.Length >= MinGzipBytes && BinaryPrimitives.ReadUInt32LittleEndian(payload[^sizeof(uint)..]) == (uint)length
            ? DecodeError.None
            : DecodeError.BadCompression;

    private DecodeError UnpackZstd(ReadOnlySpan<byte> payload, out int length)
    {
        length = 0;
        try
        {
            // False only when the buffer was too small: then all of it again, which at most doubles the work.
            while (!_zstd.TryUnwrap(payload, _buffer, out length))
                if (!TryGrow()) return DecodeError.TooLarge;
        }
        catch (ZstdException)
        {
            // The only way the library can say that the bytes are damaged.
            return DecodeError.BadCompression;
        }

        return DecodeError.None;
    }

    /// <summary>False when the buffer is as large as it may be.</summary>
    private bool TryGrow()
    {
        if (_buffer.Length >= maxBytes) return false;

        Array.Resize(ref _buffer, (int)Math.Min(maxBytes, Math.Max(FirstBufferBytes, _buffer.Length * 2L)));
        return true;
    }
}
