using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Tests.Deduplication;

public class BatchSpanTests
{
    [Fact]
    public void A_batch_lasts_from_its_oldest_to_its_newest_reading_in_whatever_order() =>
        Assert.Equal(new(20, 50), BatchSpan.Of(Batch(30, 20, 50)));

    [Fact]
    public void The_time_of_a_refused_reading_may_be_any_and_does_not_count() =>
        Assert.Equal(new(20, 30), BatchSpan.Of(Batch(30, 20, long.MaxValue), index => index != 2));

    [Fact]
    public void Without_an_accepted_reading_nobody_knows_when_it_was()
    {
        Assert.Equal(default, BatchSpan.Of(Batch()));
        Assert.Equal(default, BatchSpan.Of(Batch(1, 2), _ => false));
    }

    private static ReadingBatch Batch(params ReadOnlySpan<long> times)
    {
        var batch = new ReadingBatch();
        foreach (var time in times) batch.Add(new() { TimeNs = time });
        return batch;
    }
}
