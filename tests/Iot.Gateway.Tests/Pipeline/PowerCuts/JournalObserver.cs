using System.Runtime.InteropServices;
using System.Text;
using Iot.Gateway.Spooling;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>Reads every record of the journal, over all lives of the gateway, and compares it with what was sent: the count that the books are judged by.</summary>
/// <remarks>Has a cursor of its own, so no record goes before it was seen; and it never forgets one, so a record that is seen once must stay what it was.</remarks>
internal sealed class JournalObserver(Func<string, SentMessage?> sent)
{
    private const string CursorName = "observer";

    private readonly SortedDictionary<ulong, ObservedRecord> _records = [];
    private readonly Dictionary<(string, ulong, ulong), ulong> _judged = [];

    /// <summary>Every record that was ever durable, by offset.</summary>
    public IReadOnlyDictionary<ulong, ObservedRecord> Records => _records;

    /// <summary>What a cut journal is opened from again is read from its beginning: it must be what was seen.</summary>
    public void Begin(SegmentedJournal journal)
    {
        journal.OpenCursor(CursorName, startAt: 0);
        Assert.Equal((0UL, 0, 0), (journal.Recovery.OffsetsSkipped, journal.Recovery.SetAside.Count, journal.Recovery.LostCursors.Count));
        ReadFrom(journal.FirstOffset, journal);
    }

    /// <summary>Reads on, and lets go of what was read.</summary>
    public void Follow(SegmentedJournal journal)
    {
        ReadFrom(_records.Count == 0 ? 0 : _records.Keys.Last() + 1, journal);
        journal.OpenCursor(CursorName).Checkpoint(Math.Min(journal.NextOffset, _records.Count == 0 ? 0 : _records.Keys.Last() + 1));
    }

    /// <summary>Of one batch, at most one record holds its readings.</summary>
    public bool IsJudged(string device, in BatchIdentity identity) => _judged.ContainsKey((device, identity.Epoch, identity.Seq));

    private void ReadFrom(ulong from, SegmentedJournal journal)
    {
        using var reader = journal.OpenReader(from);
        while (reader.TryRead(out var record)) Observe(record.Offset, Parse(SpoolRecord.Read(record.Payload.Span)));

        // A group torn by the cut may leave a hole before a record that is whole: what was in it was never durable.
        foreach (var hole in journal.Recovery.Damage.Concat(journal.Damage))
            for (var offset = hole.FirstMissing; offset < hole.FirstMissing + hole.Missing; offset++) Assert.False(_records.ContainsKey(offset), $"offset {offset} was there, and is damaged");
    }

    private void Observe(ulong offset, ObservedRecord record)
    {
        if (_records.TryGetValue(offset, out var known))
        {
            Assert.Equal(known, record);
            return;
        }

        Assert.True(_records.Count == 0 || offset > _records.Keys.Last(), $"offset {offset} is given late");
        _records.Add(offset, record);
        if (record is { Verdict: Verdict.Judged, Identity: { } identity })
            Assert.True(_judged.TryAdd((record.Device, identity.Epoch, identity.Seq), offset), $"batch {identity} of {record.Device} is stored twice");
    }

    private ObservedRecord Parse(in SpoolRecord record)
    {
        var device = Encoding.ASCII.GetString(record.Device);
        var payload = Encoding.UTF8.GetString(record.Payload);
        if (record.Verdict == Verdict.Duplicate) return new(record.Verdict, device, record.Identity, record.Readings, null);

        var message = sent(payload);
        Assert.True(message is not null, $"nobody ever sent '{payload}'");
        Assert.Equal((message.Device, message.Identity), (device, record.Identity));
        Assert.Equal(message.Readings.Count == 0 ? (Verdict.Undecodable, 1, 1) : (Verdict.Judged, message.Readings.Count, message.Readings.Count(one => !one.IsGood)),
            (record.Verdict, record.Readings, record.Rejected));
        return new(record.Verdict, device, record.Identity, record.Readings, message);
    }
}

/// <summary>One record as it was read from the journal.</summary>
/// <param name="Message">Null for a note of a duplicate, which holds no bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ObservedRecord(Verdict Verdict, string Device, BatchIdentity? Identity, int Readings, SentMessage? Message);
