using Iot.Journal;

namespace Iot.Gateway.Spooling;

/// <summary>When records of the spool were received. Cheap to ask again: a record is read once. Thread-safe.</summary>
internal sealed class OldestRecord(SegmentedJournal journal)
{
    private readonly Lock _gate = new();
    private ulong _offset = ulong.MaxValue;
    private long _receivedNs;

    /// <summary>Of the oldest that the spool holds; 0 when there is none, or it cannot be read now.</summary>
    public long ReceivedNs()
    {
        lock (_gate)
        {
            var first = journal.FirstOffset;
            if (first == _offset && _receivedNs > 0) return _receivedNs;

            (_offset, _receivedNs) = (first, ReceivedNs(journal, first));
            return _receivedNs;
        }
    }

    /// <summary>Of the record at an offset, or the next that is there; 0 for none.</summary>
    public static long ReceivedNs(SegmentedJournal journal, ulong offset)
    {
        try
        {
            using var reader = journal.OpenReader(offset);
            return reader.TryRead(out var record) ? SpoolRecord.Read(record.Payload.Span).ReceivedAtNs : 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return 0; // whoever delivers the record says what is wrong with it
        }
    }
}
