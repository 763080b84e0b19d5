using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>The first bytes of a segment. Little-endian; see FORMAT.md, change both together.</summary>
//
//   0        8         12     16         24             32          40         44       48
//   | magic  | version | mark | identity | first offset | created   | reserved | crc32c |
//
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SegmentHeader(uint Mark, ulong Identity, ulong FirstOffset, DateTimeOffset CreatedAt)
{
    public const int Size = 48;
    public const uint Version = 1;

    private const int ChecksumAt = 44;

    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'I', (byte)'o', (byte)'T', (byte)'j', 0x0D, 0x0A, 0x1A];

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], Mark);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Identity);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], FirstOffset);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], CreatedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Crc32C.Of(destination[..ChecksumAt]));
    }

    /// <summary>False when these are not the bytes of a whole header. A version above ours is read like ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header, out uint version)
    {
        header = default;
        version = 0;
        if (source.Length < Size || !source.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Crc32C.Of(source[..ChecksumAt])) return false;

        version = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        header = new(
            BinaryPrimitives.ReadUInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            TimeOf(BinaryPrimitives.ReadInt64LittleEndian(source[32..])));
        return true;
    }

    /// <summary>The nearest time there is: a number that means none must not keep the journal from opening.</summary>
    private static DateTimeOffset TimeOf(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(unixMs, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
