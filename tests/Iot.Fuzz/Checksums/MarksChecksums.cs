using System.Buffers.Binary;
using Iot.Gateway.Deduplication;
using Iot.Journal;

namespace Iot.Fuzz;

/// <summary>Checksums of a snapshot of the de-duplication marks: its header's, and its blocks' as far as their lengths lead.</summary>
internal static class MarksChecksums
{
    private const int HeaderChecksumAt = SnapshotLayout.HeaderSize - sizeof(uint);

    public static void Repair(Span<byte> snapshot)
    {
        if (snapshot.Length < SnapshotLayout.HeaderSize) return;

        BinaryPrimitives.WriteUInt32LittleEndian(snapshot[HeaderChecksumAt..], Crc32C.Of(snapshot[..HeaderChecksumAt]));
        for (var rest = snapshot[SnapshotLayout.HeaderSize..]; rest.Length >= SnapshotLayout.BlockHeadSize;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length == 0) length = SnapshotLayout.CountSize;
            if (length < 0 || length > rest.Length - SnapshotLayout.BlockHeadSize) return;

            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], Crc32C.Of(rest.Slice(SnapshotLayout.BlockHeadSize, length)));
            rest = rest[(SnapshotLayout.BlockHeadSize + length)..];
        }
    }
}
