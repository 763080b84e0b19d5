using System.Runtime.CompilerServices;
using Iot.Journal;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>What is appended from now on. No cursor: it holds no segment back, and what was reclaimed meanwhile is skipped.</summary>
internal static class SpoolTail
{
    public static async IAsyncEnumerable<JournalRecord> FollowAsync(
        SegmentedJournal journal, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = journal.OpenReader(journal.NextOffset);
        while (true)
        {
            while (reader.TryRead(out var record)) yield return record;

            await reader.WaitAsync(cancellation);
        }
    }
}
