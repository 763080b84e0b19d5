using System.Buffers.Binary;
using Iot.Journal;
using Iot.Wire;

namespace Iot.LoadTest.Drain;

/// <summary>When the gateway received what, as its own journal says: each reading's lateness, and the backlog by tens of seconds.</summary>
internal sealed class Arrivals
{
    public List<double> LiveSeconds { get; } = [];

    /// <summary>Batches of backlog in each ten seconds since the first of them.</summary>
    public SortedDictionary<long, int> BacklogByTens { get; } = [];

    public HashSet<ulong> Backlog { get; } = [];

    public int BacklogRepeated { get; private set; }

    public static async Task<Arrivals> ReadAsync(string journalPath, DeviceId device)
    {
        var arrivals = new Arrivals();
        await using var journal = SegmentedJournal.Open(journalPath, new(), TimeProvider.System);
        using var reader = journal.OpenReader(0);
        using var decoder = new PayloadDecoder(1 << 20);
        var (batch, startNs) = (new ReadingBatch(), 0L);
        while (reader.TryRead(out var record))
        {
            var receivedNs = BinaryPrimitives.ReadInt64LittleEndian(record.Payload.Span[4..]);
            if (startNs == 0) startNs = receivedNs;
            if (!decoder.TryDecode(PayloadOf(record.Payload.Span), new(device, receivedNs, 10_000), batch, out _)) continue;

            arrivals.Take(batch, receivedNs, startNs);
        }

        return arrivals;
    }

    private void Take(ReadingBatch batch, long receivedNs, long startNs)
    {
        if (batch.Identity is { Epoch: OfflineDay.Epoch } old)
        {
            if (!Backlog.Add(old.Seq)) BacklogRepeated++;
            var tens = (receivedNs - startNs) / 10_000_000_000;
            BacklogByTens[tens] = BacklogByTens.GetValueOrDefault(tens) + 1;
            return;
        }

        foreach (ref readonly var reading in batch.Readings) LiveSeconds.Add((receivedNs - reading.TimeNs) / 1e9);
    }

    /// <summary>SPOOL.md says what stands before it.</summary>
    private static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> record)
    {
        var head = 52 + (record[3] == 3 ? 8 : 0) + record[44] + record[45] + BinaryPrimitives.ReadUInt16LittleEndian(record[46..])
            + record[48] + record[49] + (5 * BinaryPrimitives.ReadInt32LittleEndian(record[40..]));
        return record[head..];
    }
}
