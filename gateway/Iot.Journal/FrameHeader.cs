using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>What precedes each payload on disk. Little-endian; see FORMAT.md, change both together.</summary>
//
//   0      4        8        12       20
//   | mark | length | crc32c | offset | payload[length] …
//
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameHeader(uint Mark, uint Length, uint Checksum, ulong Offset)
{
    public const int Size = 20;

    private const int OffsetAt = 12;

    public static FrameHeader Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(source),
        BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[OffsetAt..]));

    /// <summary>Length and offset, where the payload goes after them; mark and checksum follow with <see cref="Seal"/>.</summary>
    public static void Begin(Span<byte> destination, int length, ulong offset)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)length);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[OffsetAt..], offset);
    }

    /// <summary>Fills in mark and checksum of the frame that starts here.</summary>
    /// <returns>Length of the whole frame.</returns>
    public static int Seal(Span<byte> destination, uint mark)
    {
        var size = Size + (int)BinaryPrimitives.ReadUInt32LittleEndian(destination[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, mark);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], ChecksumOf(destination[..size]));
        return size;
    }

    /// <summary>Over offset and payload; a wrong length gives a wrong checksum.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> frame) => Crc32C.Of(frame[OffsetAt..]);
}
