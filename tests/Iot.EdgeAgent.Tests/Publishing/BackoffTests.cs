
namespace Iot.EdgeAgent.Tests.Publishing;

public class BackoffTests
{
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(30);

    [Fact]
    public void The_bound_doubles_up_to_the_longest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), Stable, () => 1);

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 120, 120], Enumerable.Range(0, 9).Select(_ => backoff.Next(TimeSpan.Zero).TotalSeconds));
        for (var i = 0; i < 1000; i++) Assert.Equal(120, backoff.Next(TimeSpan.Zero).TotalSeconds);
    }

    [Fact]
    public void The_pause_is_anything_from_nothing_to_the_bound()
    {
        var random = new Random(1);
        var pauses = Enumerable.Range(0, 1000)
            .Select(_ => new Backoff(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(2), Stable, random.NextDouble).Next(TimeSpan.Zero).TotalSeconds)
            .ToList();

        Assert.InRange(pauses.Min(), 0, 0.1);
        Assert.InRange(pauses.Max(), 7.9, 8);
        Assert.InRange(pauses.Average(), 3.7, 4.3);
    }

    [Fact]
    public void Only_a_connection_that_held_lets_it_start_small_again()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), Stable, () => 1);
        for (var i = 0; i < 6; i++) backoff.Next(TimeSpan.Zero);

        Assert.Equal(64, backoff.Next(TimeSpan.FromSeconds(29)).TotalSeconds);
        Assert.Equal(1, backoff.Next(TimeSpan.FromSeconds(30)).TotalSeconds);
        Assert.Equal(2, backoff.Next(TimeSpan.FromSeconds(29)).TotalSeconds);
    }
}
