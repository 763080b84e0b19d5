using Iot.EdgeAgent.StoreAndForward;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

public class AcknowledgedTests
{
    private const ulong End = 80;

    [Fact]
    public void Whatever_the_order_it_says_what_a_plain_set_says()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var set = new HashSet<ulong>();
            var acknowledged = new Acknowledged(0, []);
            for (var step = 0; step < 60; step++)
            {
                var from = (ulong)random.Next((int)End);
                var to = random.Next(20) == 0 ? from : Math.Min(End, from + (ulong)random.Next(6));
                if (random.Next(20) == 0) (from, to) = (0, (ulong)random.Next(10));
                if (from == 0) acknowledged.RaiseTo(to);
                else acknowledged.Add(new(from, to));
                for (var offset = from; offset < to; offset++) set.Add(offset);

                AssertSame(set, acknowledged, (ulong)random.Next((int)End));
            }
        }
    }

    [Fact]
    public void Ranges_that_touch_become_one_and_the_floor_takes_in_those_that_reach_it()
    {
        var acknowledged = new Acknowledged(10, []);
        acknowledged.Add(new(20, 22));
        acknowledged.Add(new(24, 26));
        acknowledged.Add(new(22, 24));
        Assert.Equal([new OffsetRange(20, 26)], acknowledged.Above);
        Assert.Equal(10UL, acknowledged.Floor);
        Assert.Equal(14UL, acknowledged.HeldIn(0, 30));

        acknowledged.Add(new(10, 20));
        Assert.Empty(acknowledged.Above);
        Assert.Equal(26UL, acknowledged.Floor);
    }

    private static void AssertSame(HashSet<ulong> set, Acknowledged acknowledged, ulong from)
    {
        var held = Enumerable.Range(0, (int)End).Select(offset => (ulong)offset).Where(offset => !set.Contains(offset)).ToList();
        Assert.Equal(held.Count == 0 ? End : held[0], acknowledged.Floor);
        Assert.Equal(held.Find(offset => offset >= from) is var next && next == 0 && from > 0 ? End : next, Math.Min(End, acknowledged.NextHeld(from)));
        Assert.Equal((ulong)held.Count(offset => offset >= from), acknowledged.HeldIn(from, End));
        Assert.Equal(acknowledged.Above, acknowledged.Above.OrderBy(range => range.From));
        Assert.All(acknowledged.Above, range => Assert.True(range.From < range.To && range.From > acknowledged.Floor));
    }
}
