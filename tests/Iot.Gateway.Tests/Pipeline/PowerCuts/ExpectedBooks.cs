using Iot.Gateway.DeadLetters;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Tests.Pipeline.PowerCuts;

/// <summary>Counts for itself, from the records observed, what books, dead letters and sinks must say once all is settled.</summary>
internal static class ExpectedBooks
{
    public static void Check(JournalObserver observer, GatewayCore core, IReadOnlyList<ModelSink> sinks)
    {
        var found = core.Ledger.All();
        Assert.Equal(observer.Records.Values.Select(record => record.Device).Distinct().Order(), found.Select(books => books.Device.Value));
        foreach (var books in found) CheckBooks([.. observer.Records.Values.Where(record => books.Device.Value.Equals(record.Device, StringComparison.Ordinal))], books, sinks);

        foreach (var sink in sinks) Assert.Equal(Points(observer, sink).OrderBy(Order), sink.Stored.OrderBy(Order));
        Assert.Equal(
            Letters(observer, sinks).Order(),
            core.DeadLetters().Select(kept => (kept.Letter.Offset, kept.Letter.Origin, kept.Letter.Index)).Order());
    }

    private static void CheckBooks(IReadOnlyList<ObservedRecord> records, DeviceBooks books, IReadOnlyList<ModelSink> sinks)
    {
        var judged = records.Where(record => record.Verdict == Verdict.Judged).SelectMany(record => record.Message!.Readings).ToList();
        var accepted = judged.Where(reading => reading.IsGood).ToList();
        var undecodable = records.Count(record => record.Verdict == Verdict.Undecodable);
        var duplicate = records.Where(record => record.Verdict == Verdict.Duplicate).Sum(record => record.Readings);

        Assert.Equal(
            (records.Count, judged.Count + undecodable + duplicate, accepted.Count, judged.Count - accepted.Count + undecodable, duplicate),
            (books.Messages, books.Received, books.Accepted, books.Rejected, books.Duplicate));
        Assert.Equal(records.All(record => record.Verdict != Verdict.Judged || record.Identity is not null), books.Provable);
        Assert.Equal(Gaps(records).OrderBy(Order), books.Gaps.OrderBy(Order), AreSame);
        foreach (var sink in sinks)
        {
            var refused = sink.RefusesSome ? accepted.Count(reading => IsRefused(reading.Point)) : 0;
            Assert.Equal(new SinkBooks(sink.Name, accepted.Count - refused, 0, refused), books.Sinks.Single(one => one.Sink.Equals(sink.Name, StringComparison.Ordinal)));
        }
    }

    /// <summary>Of each point the value that came last.</summary>
    private static Dictionary<SentPoint, double> Points(JournalObserver observer, ModelSink sink)
    {
        var points = new Dictionary<SentPoint, double>();
        foreach (var (_, record) in observer.Records.Where(one => one.Value.Verdict == Verdict.Judged))
            foreach (var reading in record.Message!.Readings.Where(one => one.IsGood && !(sink.RefusesSome && IsRefused(one.Point)))) points[reading.Point] = reading.Value;

        return points;
    }

    /// <summary>What was refused, by ingest or by a sink: each once.</summary>
    public static IEnumerable<(ulong Offset, string Origin, int Index)> Letters(JournalObserver observer, IReadOnlyList<ModelSink> sinks)
    {
        foreach (var (offset, record) in observer.Records)
        {
            if (record.Verdict == Verdict.Undecodable) yield return (offset, DeadLetter.Ingest, DeadLetter.WholeMessage);
            if (record.Verdict != Verdict.Judged) continue;

            for (var i = 0; i < record.Readings; i++)
            {
                var reading = record.Message!.Readings[i];
                if (!reading.IsGood) yield return (offset, DeadLetter.Ingest, i);
                else if (IsRefused(reading.Point))
                    foreach (var sink in sinks.Where(sink => sink.RefusesSome)) yield return (offset, sink.Name, i);
            }
        }
    }

    /// <summary>Times are right or not known: a batch that was on disk though its commit failed is remembered without them. Between what is given up and what is held there is no batch.</summary>
    private static bool AreSame(SequenceGap expected, SequenceGap found) =>
        IsRight(expected.AfterNs, found.AfterNs) && IsRight(expected.BeforeNs, found.BeforeNs)
        && expected with { AfterNs = 0, BeforeNs = 0 } == found with { AfterNs = 0, BeforeNs = 0 };

    private static bool IsRight(long expectedNs, long foundNs) => foundNs == 0 || expectedNs == 0 || foundNs == expectedNs;

    /// <summary>Every seq below the highest that is in no record, one by one, and joined again.</summary>
    private static List<SequenceGap> Gaps(IReadOnlyList<ObservedRecord> records)
    {
        var gaps = new List<SequenceGap>();
        var batches = records.Where(record => record is { Verdict: Verdict.Judged, Identity: not null }).Select(record => record.Identity!.Value);
        foreach (var epoch in batches.GroupBy(identity => identity.Epoch))
        {
            var seen = epoch.Select(identity => identity.Seq).ToHashSet();
            var times = Times(records, epoch.Key);
            var first = epoch.Max(identity => identity.First);
            for (var seq = 1UL; seq < seen.Max(); seq++)
            {
                if (seen.Contains(seq)) continue;

                var givenUp = seq < first;
                if (gaps.Count > 0 && gaps[^1].Epoch == epoch.Key && gaps[^1].To + 1 == seq && gaps[^1].GivenUp == givenUp) gaps[^1] = gaps[^1] with { To = seq, BeforeNs = times.GetValueOrDefault(seq + 1).OldestNs };
                else gaps.Add(new(epoch.Key, seq, seq, givenUp, Held: first > 0 && !givenUp, times.GetValueOrDefault(seq - 1).NewestNs, times.GetValueOrDefault(seq + 1).OldestNs));
            }
        }

        return gaps;
    }

    /// <summary>Of what was accepted of each batch.</summary>
    private static Dictionary<ulong, BatchSpan> Times(IReadOnlyList<ObservedRecord> records, ulong epoch)
    {
        var times = new Dictionary<ulong, BatchSpan>();
        foreach (var record in records.Where(record => record is { Verdict: Verdict.Judged, Identity: { } identity } && identity.Epoch == epoch))
        {
            var good = record.Message!.Readings.Where(reading => reading.IsGood).Select(reading => reading.Point.TimeNs).ToList();
            if (good.Count > 0) times[record.Identity!.Value.Seq] = new(good.Min(), good.Max());
        }

        return times;
    }

    private static bool IsRefused(SentPoint point) => point.Field.Equals(SentPoint.Refused, StringComparison.Ordinal);

    private static (string, string, long) Order(KeyValuePair<SentPoint, double> point) => (point.Key.Device, point.Key.Field, point.Key.TimeNs);

    private static (ulong, ulong) Order(SequenceGap gap) => (gap.Epoch, gap.From);
}
