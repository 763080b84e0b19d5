using System.Buffers.Binary;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>What an outbox knows beside its journal and its cursor. Little-endian.</summary>
/// <param name="Turn">Counts the notes; of two the higher one counts.</param>
/// <param name="Epoch">The life of the outbox that it is about; a note of another one says nothing.</param>
/// <param name="Floor">All below was acknowledged or given up; <paramref name="GivenUp"/> includes the latter.</param>
/// <param name="GivenUp">Readings of this epoch that were given up.</param>
/// <param name="Above">Acknowledged above the floor.</param>
//
//   0        4        8      16      24      32         40      44     48
//   | "NOT1" | crc32c | turn | epoch | floor | given up | count | 0    | count × (from, to) …    at byte 0 (odd turns) and 4096 (even turns)
//
internal sealed record OutboxNote(ulong Turn, ulong Epoch, ulong Floor, ulong GivenUp, IReadOnlyList<OffsetRange> Above)
{
    /// <summary>Ranges that a note has room for; beyond it the highest are left out, and those batches are sent again after a crash.</summary>
    public const int MostRanges = (SlotSize - HeadSize) / RangeSize;

    public const int FileSize = 2 * SlotSize;

    private const int SlotSize = 4096; // a sector or page of any disk, so that a torn write cannot reach the other note
    private const int HeadSize = 48, RangeSize = 16;
    private const int CountedFrom = 8;

    private static ReadOnlySpan<byte> Magic => "NOT1"u8;

    /// <summary>Byte of the file where this turn is written.</summary>
    public int Position => Turn % 2 == 1 ? 0 : SlotSize;

    public byte[] ToBytes()
    {
        var count = Math.Min(Above.Count, MostRanges);
        var bytes = new byte[HeadSize + (count * RangeSize)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Turn);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), Floor);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), GivenUp);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), count);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HeadSize + (i * RangeSize)), Above[i].From);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HeadSize + (i * RangeSize) + 8), Above[i].To);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), EpochFile.Checksum(bytes.AsSpan(CountedFrom)));
        return bytes;
    }

    /// <summary>The later of the two good notes; null when neither is good.</summary>
    public static OutboxNote? ReadLatest(ReadOnlySpan<byte> file)
    {
        var first = Read(file);
        var second = file.Length <= SlotSize ? null : Read(file[SlotSize..]);
        return second is not null && (first is null || second.Turn > first.Turn) ? second : first;
    }

    private static OutboxNote? Read(ReadOnlySpan<byte> slot)
    {
        if (slot.Length < HeadSize || !slot.StartsWith(Magic)) return null;

        var count = BinaryPrimitives.ReadInt32LittleEndian(slot[40..]);
        if (count is < 0 or > MostRanges || slot.Length < HeadSize + (count * RangeSize)) return null;

        var counted = slot[CountedFrom..(HeadSize + (count * RangeSize))];
        if (BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]) != EpochFile.Checksum(counted)) return null;

        var above = new OffsetRange[count];
        for (var i = 0; i < count; i++)
        {
            var range = slot[(HeadSize + (i * RangeSize))..];
            above[i] = new(BinaryPrimitives.ReadUInt64LittleEndian(range), BinaryPrimitives.ReadUInt64LittleEndian(range[8..]));
        }

        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]), BinaryPrimitives.ReadUInt64LittleEndian(slot[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(slot[24..]), BinaryPrimitives.ReadUInt64LittleEndian(slot[32..]), above);
    }
}
