using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>One of the two notes in a cursor file. Little-endian; see FORMAT.md, change both together.</summary>
//
//   0       4        8      16       24
//   | magic | crc32c | turn | offset |          at byte 0 (odd turns) and byte 4096 (even turns) of the file
//
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CursorSlot(ulong Turn, ulong Offset)
{
    public const int Size = 24;
    public const int FileSize = SecondAt + Size;

    private const int SecondAt = 4096; // its own sector on any disk, so a torn write cannot reach its neighbour
    private const int TurnAt = 8, OffsetAt = 16;

    private static ReadOnlySpan<byte> Magic => "Icr1"u8;

    /// <summary>Byte of the file where this turn is written.</summary>
    public int Position => Turn % 2 == 1 ? 0 : SecondAt;

    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[TurnAt..], Turn);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[OffsetAt..], Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Crc32C.Of(destination[TurnAt..Size]));
    }

    /// <summary>The later of the two good slots; null when neither is good.</summary>
    public static CursorSlot? ReadLatest(ReadOnlySpan<byte> file)
    {
        var first = Read(file);
        var second = file.Length < SecondAt ? null : Read(file[SecondAt..]);
        return second is { } b && (first is not { } a || b.Turn > a.Turn) ? second : first;
    }

    private static CursorSlot? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Size || !source.StartsWith(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Of(source[TurnAt..Size])) return null;

        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(source[TurnAt..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[OffsetAt..]));
    }
}
