using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Iot.Journal;

namespace Iot.Gateway.Deduplication;

/// <summary>Writes all histories to a stream, block by block. SNAPSHOT.md draws the bytes; change both together.</summary>
internal static class SnapshotWriter
{
    /// <summary>A block ends behind the device that makes it this long.</summary>
    private const int BlockBytes = 64 * 1024;

    /// <summary>Says all that was on disk when it was called, and perhaps some of what came since.</summary>
    /// <remarks>Takes one history's lock at a time, so ingest goes on. What is in flight is not written: it may never get to disk.</remarks>
    public static void Write(Deduplicator from, Stream to)
    {
        WriteHeader(from, to);
        var block = new ArrayBufferWriter<byte>(BlockBytes * 2);
        ulong devices = 0;
        foreach (var history in from.Histories)
        {
            lock (history.Lock) Put(block, history);
            devices++;
            if (block.WrittenCount < BlockBytes) continue;

            WriteBlock(to, block.WrittenSpan);
            block.ResetWrittenCount();
        }

        if (block.WrittenCount > 0) WriteBlock(to, block.WrittenSpan);
        WriteEnd(to, devices);
    }

    private static void WriteHeader(Deduplicator from, Stream to)
    {
        Span<byte> header = stackalloc byte[SnapshotLayout.HeaderSize];
        SnapshotLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SnapshotLayout.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], from.BeginningLost ? 1u : 0);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], from.ForgottenDevices);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Crc32C.Of(header[..24]));
        to.Write(header);
    }

    private static void WriteBlock(Stream to, ReadOnlySpan<byte> block)
    {
        Span<byte> head = stackalloc byte[SnapshotLayout.BlockHeadSize];
        BinaryPrimitives.WriteInt32LittleEndian(head, block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Crc32C.Of(block));
        to.Write(head);
        to.Write(block);
    }

    private static void WriteEnd(Stream to, ulong devices)
    {
        Span<byte> end = stackalloc byte[SnapshotLayout.BlockHeadSize + SnapshotLayout.CountSize];
        BinaryPrimitives.WriteInt32LittleEndian(end, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(end[8..], devices);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], Crc32C.Of(end[8..]));
        to.Write(end);
    }

    private static void Put(ArrayBufferWriter<byte> block, SequenceHistory history)
    {
        var id = history.Device.Value;
        var room = block.GetSpan(id.Length + 3);
        room[0] = (byte)id.Length;
        Encoding.ASCII.GetBytes(id, room[1..]);
        room[id.Length + 1] = history.BeginningLost ? (byte)1 : (byte)0;
        room[id.Length + 2] = (byte)history.Epochs.Count;
        block.Advance(id.Length + 3);
        foreach (var epoch in history.Epochs) Put(block, epoch);
    }

    private static void Put(ArrayBufferWriter<byte> block, EpochHistory epoch)
    {
        var size = SnapshotLayout.EpochHeadSize + epoch.Seen.Count * SnapshotLayout.IntervalSize;
        var room = block.GetSpan(size);
        BinaryPrimitives.WriteUInt64LittleEndian(room, epoch.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(room[8..], epoch.First);
        BinaryPrimitives.WriteUInt64LittleEndian(room[16..], epoch.ForgottenThrough);
        BinaryPrimitives.WriteUInt64LittleEndian(room[24..], epoch.ForgottenMissing);
        BinaryPrimitives.WriteInt32LittleEndian(room[32..], epoch.Seen.Count);
        room = room[SnapshotLayout.EpochHeadSize..];
        foreach (var interval in epoch.Seen.Intervals)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, interval.From);
            BinaryPrimitives.WriteUInt64LittleEndian(room[8..], interval.To);
            BinaryPrimitives.WriteInt64LittleEndian(room[16..], interval.BeginsNs);
            BinaryPrimitives.WriteInt64LittleEndian(room[24..], interval.EndsNs);
            room = room[SnapshotLayout.IntervalSize..];
        }

        block.Advance(size);
    }
}

/// <summary>Sizes that writer and reader share.</summary>
internal static class SnapshotLayout
{
    public const uint Version = 2;

    /// <summary>Its intervals have no times.</summary>
    public const uint BeforeTimes = 1;

    public const int HeaderSize = 28;
    public const int BlockHeadSize = 8;
    public const int CountSize = 8;
    public const int EpochHeadSize = 36;
    public const int IntervalSize = 32;
    public const int IntervalSizeBeforeTimes = 16;

    /// <summary>64 KiB and one device of 32 epochs and 65,536 intervals, rounded up.</summary>
    public const int MaxBlockBytes = 4 * 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "IOTSEQS\n"u8;
}
