using CsCheck;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Tests.Observability;

public class DurationCountsTests
{
    [Fact]
    public void A_quantile_is_at_most_a_fifth_above_the_true_one_and_never_below()
    {
        Gen.Long[10, 100_000_000_000].Array[1, 200].Sample(ticks =>
        {
            var counts = new DurationCounts();
            var before = counts.Snapshot();
            foreach (var took in ticks) counts.Add(TimeSpan.FromTicks(took));
            Array.Sort(ticks);

            foreach (var share in new[] { 0.5, 0.99, 1 })
            {
                var truth = ticks[(int)Math.Ceiling(ticks.Length * share) - 1];
                var told = DurationCounts.Quantile(before, counts.Snapshot(), share)!.Value.Ticks;
                Assert.InRange(told, truth - 10, (long)(truth * 1.2) + 20);
            }
        });
    }

    [Fact]
    public void What_was_counted_before_does_not_count()
    {
        var counts = new DurationCounts();
        counts.Add(TimeSpan.FromSeconds(5));
        var before = counts.Snapshot();
        Assert.Null(DurationCounts.Quantile(before, counts.Snapshot(), 0.5));

        counts.Add(TimeSpan.FromMilliseconds(1));

        Assert.InRange(DurationCounts.Quantile(before, counts.Snapshot(), 0.99)!.Value.TotalMilliseconds, 1, 1.2);
    }

    [Fact]
    public void Nothing_is_too_short_or_too_long_to_be_counted()
    {
        var counts = new DurationCounts();
        var before = counts.Snapshot();

        counts.Add(TimeSpan.Zero);
        counts.Add(TimeSpan.FromDays(1000));

        Assert.InRange(DurationCounts.Quantile(before, counts.Snapshot(), 1)!.Value.TotalHours, 10, 24);
    }
}
