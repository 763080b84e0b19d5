using CsCheck;
using Iot.Gateway.Deduplication;

namespace Iot.Gateway.Tests.Deduplication;

public class IntervalSetTests
{
    [Fact]
    public void It_holds_what_a_hash_set_holds_in_the_fewest_sorted_intervals() =>
        Gen.ULong[1, 60].Array[0, 120].Sample(
            seqs =>
            {
                var set = new IntervalSet();
                var oracle = new HashSet<ulong>();
                foreach (var seq in seqs) Assert.Equal(oracle.Add(seq), set.Add(seq));

                for (ulong seq = 0; seq <= 62; seq++) Assert.Equal(oracle.Contains(seq), set.Contains(seq));
                Assert.Equal(Expected(oracle), set.Intervals.ToArray());
                Assert.Equal(oracle.DefaultIfEmpty().Max(), set.Highest);
            },
            iter: 5000);

    [Fact]
    public void The_highest_number_there_is_can_be_held()
    {
        var set = new IntervalSet();

        Assert.True(set.Add(ulong.MaxValue));
        Assert.True(set.Add(1));
        Assert.False(set.Add(ulong.MaxValue));
        Assert.True(set.Add(ulong.MaxValue - 1));
        Assert.Equal([new(1, 1), new(ulong.MaxValue - 1, ulong.MaxValue)], set.Intervals.ToArray());
    }

    [Fact]
    public void Only_an_interval_behind_the_others_can_be_appended()
    {
        var set = new IntervalSet();

        Assert.True(set.TryAppend(new(3, 5)));
        Assert.False(set.TryAppend(new(6, 7)));
        Assert.False(set.TryAppend(new(5, 9)));
        Assert.False(set.TryAppend(new(9, 8)));
        Assert.True(set.TryAppend(new(7, ulong.MaxValue)));
        Assert.False(set.TryAppend(new(0, 0)));
    }

    /// <summary>Each end of an interval knows when it was measured, in whatever order the batches come.</summary>
    [Fact]
    public void The_ends_of_intervals_keep_the_times_of_their_batches() =>
        Gen.Shuffle(Enumerable.Range(1, 12).Select(seq => (ulong)seq).ToArray()).Select(Gen.Int[0, 12]).Sample(
            (order, count) =>
            {
                var set = new IntervalSet();
                foreach (var seq in order.Take(count)) set.Add(seq, Span(seq));

                Assert.All(set.Intervals.ToArray(), interval => Assert.Equal((Span(interval.From).OldestNs, Span(interval.To).NewestNs), (interval.BeginsNs, interval.EndsNs)));
            },
            iter: 1000);

    [Fact]
    public void A_batch_known_from_its_head_alone_gets_its_times_later()
    {
        var set = new IntervalSet();

        set.Add(5, Span(5));
        set.Add(6);
        Assert.Equal(new(5, 6, Span(5).OldestNs, 0), set.Intervals[0]);
        Assert.False(set.Add(6, Span(6)));
        Assert.False(set.Add(5, Span(9))); // what is known stays

        Assert.Equal(new(5, 6, Span(5).OldestNs, Span(6).NewestNs), set.Intervals[0]);
    }

    private static BatchSpan Span(ulong seq) => new((long)seq * 100, ((long)seq * 100) + 50);

    private static SequenceInterval[] Expected(HashSet<ulong> seqs)
    {
        List<SequenceInterval> intervals = [];
        foreach (var seq in seqs.Order())
        {
            if (intervals.Count > 0 && intervals[^1].To + 1 == seq) intervals[^1] = new(intervals[^1].From, seq);
            else intervals.Add(new(seq, seq));
        }

        return [.. intervals];
    }
}
