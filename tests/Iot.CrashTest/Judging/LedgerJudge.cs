using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Judging;

/// <summary>Compares the books of one device with what the recorder counted.</summary>
/// <param name="mayMiss">Its batches came through a broker that can lose what it acknowledged; gaps are then right, when they are named.</param>
internal sealed class LedgerJudge(RecordedDevice recorded, LedgerBooks books, bool mayMiss)
{
    private const int MostEpochs = 8; // the gateway remembers so many; an agent begins a new one only when its outbox was torn

    /// <summary>What the sinks must hold: all that was acknowledged, and what was taken although its PUBACK got lost.</summary>
    public IReadOnlyList<RecordedBatch> Stored { get; } = [.. recorded.Batches.Where(batch => !books.Misses(batch.Epoch, batch.Seq))];

    public IEnumerable<Finding> Judge()
    {
        foreach (var epoch in recorded.Batches.GroupBy(batch => batch.Epoch))
            foreach (var finding in JudgeEpoch(epoch.Key, [.. epoch])) yield return finding;

        var stored = Stored.Sum(batch => (long)batch.Points.Count);
        if (books.Accepted != stored) yield return Differs("accepted", books.Accepted, stored);
        if (books.Rejected != 0) yield return Differs("rejected", books.Rejected, 0);
        if (books.Received != books.Accepted + books.Duplicate) yield return Differs("received", books.Received, books.Accepted + books.Duplicate);
        if (!books.Balanced) yield return new(FindingKind.Ledger, $"{recorded.Device}: the books do not balance");
        if (!books.Provable && recorded.Batches.Select(batch => batch.Epoch).Distinct().Count() <= MostEpochs)
            yield return new(FindingKind.Ledger, $"{recorded.Device}: the ledger forgot something: not provable");

        // Every PUBACK stands for a record in the journal, and every record for a PUBLISH.
        var least = Stored.Sum(batch => (long)Math.Max(0, batch.Acknowledged - 1) * batch.Points.Count);
        var most = Stored.Sum(batch => (long)(batch.Sent - 1) * batch.Points.Count);
        if (books.Duplicate < least || books.Duplicate > most)
            yield return new(FindingKind.Ledger, $"{recorded.Device}: {books.Duplicate} duplicate readings in the books, from {least} to {most} by the recorder");

        foreach (var sink in books.Sinks)
        {
            if ((sink.Stored, sink.Pending, sink.DeadLettered) != (stored, 0, 0))
                yield return new(FindingKind.Ledger, $"{recorded.Device}: {sink.Name} has {sink.Stored} stored, {sink.Pending} pending, {sink.DeadLettered} dead-lettered in the books, {stored} stored by the recorder");
        }
    }

    private IEnumerable<Finding> JudgeEpoch(ulong epoch, IReadOnlyList<RecordedBatch> batches)
    {
        var sent = batches.ToDictionary(batch => batch.Seq);
        for (var seq = 1UL; seq <= batches[^1].Seq; seq++)
        {
            var (batch, missed) = (sent.GetValueOrDefault(seq), books.Misses(epoch, seq));
            var name = $"{recorded.Device} epoch {epoch:x16} seq {seq}";
            if (batch is { Acknowledged: > 0 } && missed) yield return new(FindingKind.Lost, $"{name} was acknowledged {batch.Acknowledged} times and is a gap in the ledger", batch.Points.Count);
            else if (batch is null && !missed) yield return new(FindingKind.Ledger, $"{name} was never published, and the ledger names no gap");
            else if (missed && !mayMiss) yield return new(FindingKind.Ledger, $"{name} is a gap in the ledger; its device lost nothing");
            else if (batch is { Acknowledged: 0 } && !mayMiss) yield return new(FindingKind.Conduct, $"{name} was published {batch.Sent} times and never acknowledged");
        }
    }

    private Finding Differs(string what, long inBooks, long counted) =>
        new(FindingKind.Ledger, $"{recorded.Device}: {inBooks} readings {what} in the books, {counted} by the recorder");
}
