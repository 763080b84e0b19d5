using Iot.Journal;

namespace Iot.Gateway.Spooling;

/// <summary>How far behind a consumer of the spool is, in time.</summary>
internal static class Backlog
{
    /// <summary>How long ago the record at <paramref name="next"/> was received: zero when there is none yet, null when it cannot be read now.</summary>
    public static TimeSpan? Age(SegmentedJournal journal, ulong next, DateTimeOffset now)
    {
        if (next >= journal.NextOffset) return TimeSpan.Zero;

        try
        {
            using var reader = journal.OpenReader(next);
            if (!reader.TryRead(out var record)) return TimeSpan.Zero;

            var received = DateTimeOffset.UnixEpoch.AddTicks(SpoolRecord.Read(record.Payload.Span).ReceivedAtNs / TimeSpan.NanosecondsPerTick);
            return now > received ? now - received : TimeSpan.Zero; // the clock may have been set back since
        }
        catch (IOException)
        {
            return null; // delivery meets the same disk, and tells of it
        }
    }
}
