using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Looks into batches that are stored: how many readings, and how old. One caller at a time.</summary>
internal sealed class StoredBatches(SegmentedJournal journal, DeviceId device, TimeProvider clock)
{
    private const int LargestBatchBytes = 1 << 20;
    private const int MostReadings = 10_000;
    private const ulong LastBatches = 16;
    private const int MostInAStep = 256;

    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(100); // a new batch waits for it

    /// <param name="offsets">Ascending. What cannot be read any more counts nothing.</param>
    public long ReadingsOf(IReadOnlyList<ulong> offsets)
    {
        if (offsets.Count == 0) return 0;

        long readings = 0;
        var next = 0;
        using var unpacker = new PayloadUnpacker(LargestBatchBytes);
        using var reader = journal.OpenReader(offsets[0]);
        try
        {
            while (next < offsets.Count && reader.TryRead(out var record))
            {
                while (next < offsets.Count && offsets[next] < record.Offset) next++;
                if (next < offsets.Count && offsets[next] == record.Offset) readings += Decode(unpacker, record)?.Count ?? 0;
            }
        }
        catch (IOException)
        {
            // they go all the same, and make room: the count may be too low then
        }

        return readings;
    }

    /// <summary>The oldest batches that are held and have no reading as new as <paramref name="oldest"/>, with their readings; so many as are quickly looked at.</summary>
    public OldBatches OlderThan(DateTimeOffset oldest, Acknowledged acknowledged)
    {
        var (oldestNs, began, looked) = (oldest.ToUnixTimeMilliseconds() * 1_000_000, clock.GetTimestamp(), 0);
        var readings = new Dictionary<ulong, int>();
        using var unpacker = new PayloadUnpacker(LargestBatchBytes);
        using var reader = journal.OpenReader(acknowledged.Floor);
        while (reader.TryRead(out var record))
        {
            if (looked++ == MostInAStep || clock.GetElapsedTime(began) > LongestStep) return new(record.Offset, IsMore: true, readings);
            if (acknowledged.NextHeld(record.Offset) != record.Offset) continue;
            if (OutboxRecord.IsUnbound(record.Payload.Span, out _, out _)) return new(record.Offset, IsMore: false, readings); // nor has it an age before its time is known
            if (Decode(unpacker, record) is not { } batch || NewestNs(batch) >= oldestNs) return new(record.Offset, IsMore: false, readings); // what cannot be read has none

            readings[record.Offset] = batch.Count;
        }

        return new(reader.Position, IsMore: false, readings);
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
