using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Iot.Fuzz;

/// <summary>The last eight bytes of a gzip member: CRC-32 and length of what is in it.</summary>
internal static class GzipTrailer
{
    private const int HeaderSize = 10, TrailerSize = 8;

    /// <summary>Behind the deflate stream of a member without optional fields; anything else stays as it is.</summary>
    public static void Repair(ref byte[] member, int most)
    {
        if (member.Length < HeaderSize + TrailerSize || member[0] != 0x1f || member[1] != 0x8b || member[3] != 0) return;

        var plain = new byte[most];
        int length;
        try
        {
            using var deflate = new DeflateStream(new MemoryStream(member[HeaderSize..^TrailerSize]), CompressionMode.Decompress);
            length = deflate.ReadAtLeast(plain, most, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            return; // not a deflate stream: the reader will say so, too
        }

        var trailer = member.AsSpan()[^TrailerSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(plain.AsSpan(0, length)));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)length);
    }
}
