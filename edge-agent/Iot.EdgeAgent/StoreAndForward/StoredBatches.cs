using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Looks into batches that are stored: how many readings, and how old. One caller at a time.</summary>
internal sealed class StoredBatches(SegmentedJournal journal, DeviceId device)
{
    private const int LargestBatchBytes = 1 << 20;
    private const int MostReadings = 10_000;
    private const ulong LastBatches = 16;

    /// <param name="offsets">Ascending. What cannot be read any more counts nothing.</param>
    public long ReadingsOf(IReadOnlyList<ulong> offsets)
    {
        if (offsets.Count == 0) return 0;

        long readings = 0;
        var next = 0;
        using var unpacker = new PayloadUnpacker(LargestBatchBytes);
        using var reader = journal.OpenReader(offsets[0]);
        while (next < offsets.Count && reader.TryRead(out var record))
        {
            while (next < offsets.Count && offsets[next] < record.Offset) next++;
            if (next < offsets.Count && offsets[next] == record.Offset) readings += Decode(unpacker, record)?.Count ?? 0;
        }

        return readings;
    }

    /// <summary>The lowest offset at or above <paramref name="from"/> whose batch has a reading not before <paramref name="oldest"/>.</summary>
    public ulong FirstNotBefore(DateTimeOffset oldest, ulong from)
    {
        var oldestNs = oldest.ToUnixTimeMilliseconds() * 1_000_000;
        using var unpacker = new PayloadUnpacker(LargestBatchBytes);
        using var reader = journal.OpenReader(from);
        while (reader.TryRead(out var record))
        {
            if (OutboxRecord.IsUnbound(record.Payload.Span, out _, out _)) return record.Offset; // nor has it an age before its time is known
            if (Decode(unpacker, record) is not { } batch || NewestNs(batch) >= oldestNs) return record.Offset; // what cannot be read has none
        }

        return reader.Position;
    }

    /// <summary>Readings given up, as the last batches of that epoch tell; as many as there can be when none of them is to be read.</summary>
    public ulong LastTold(ulong epoch)
    {
        ulong? told = null;
        using var unpacker = new PayloadUnpacker(LargestBatchBytes);
        using var reader = journal.OpenReader(journal.NextOffset - Math.Min(journal.NextOffset, LastBatches));
        try
        {
            while (reader.TryRead(out var record))
                if (Decode(unpacker, record)?.Identity is { } identity && identity.Epoch == epoch) told = Math.Max(told ?? 0, identity.Given);
        }
        catch (IOException)
        {
            // a start goes on without it: the count may be too low then
        }

        return told ?? ulong.MaxValue;
    }

    private static long NewestNs(ReadingBatch batch)
    {
        var newest = long.MinValue;
        foreach (ref readonly var reading in batch.Readings) newest = Math.Max(newest, reading.TimeNs);
        return newest;
    }

    private ReadingBatch? Decode(PayloadUnpacker unpacker, in JournalRecord record)
    {
        var batch = new ReadingBatch();
        OutboxRecord.IsUnbound(record.Payload.Span, out _, out var payload);
        return unpacker.TryUnpack(payload, out var plain, out _)
            && SenMlCborDecoder.TryDecode(plain, new(device, ReceivedAtNs: 0, MostReadings), batch, out _) ? batch : null;
    }
}
