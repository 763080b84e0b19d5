using System.Buffers.Binary;
using Iot.Journal;

namespace Iot.Fuzz;

/// <summary>Checksums of a journal segment and of the frames in it, as far as their lengths lead.</summary>
internal static class SegmentChecksums
{
    private const int MarkAt = 12, LengthAt = 4, ChecksumAt = SegmentHeader.Size - sizeof(uint);

    public static void Repair(Span<byte> segment)
    {
        if (segment.Length < SegmentHeader.Size) return;

        BinaryPrimitives.WriteUInt32LittleEndian(segment[ChecksumAt..], Crc32C.Of(segment[..ChecksumAt]));
        var mark = BinaryPrimitives.ReadUInt32LittleEndian(segment[MarkAt..]);
        for (var rest = segment[SegmentHeader.Size..]; rest.Length >= FrameHeader.Size;)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest[LengthAt..]) > rest.Length - FrameHeader.Size) return; // torn, or behind damage

            rest = rest[FrameHeader.Seal(rest, mark)..];
        }
    }
}
