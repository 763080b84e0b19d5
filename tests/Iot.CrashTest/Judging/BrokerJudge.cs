using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Judging;

/// <summary>What mosquitto acknowledged and lost when it was killed must be named by the gateway: nothing is lost unseen.</summary>
internal static class BrokerJudge
{
    public static IEnumerable<Finding> Judge(RecordedDevice atBroker, IReadOnlyList<RecordedBatch> stored, LedgerBooks books)
    {
        var arrived = stored.Select(batch => batch.Seq).ToHashSet();
        foreach (var batch in atBroker.Acknowledged)
        {
            if (!arrived.Contains(batch.Seq) && !books.Misses(batch.Epoch, batch.Seq))
                yield return new(FindingKind.Lost, $"{batch} was acknowledged by mosquitto, did not arrive, and is no gap in the ledger", batch.Points.Count);
        }
    }
}
