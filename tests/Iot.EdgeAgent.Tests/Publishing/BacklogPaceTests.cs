using Iot.EdgeAgent.Publishing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Publishing;

/// <summary>Against a link of so many bytes a second, whose queue is made of what is under way.</summary>
public class BacklogPaceTests
{
    private const int Batch = 300, OnTheLink = Batch + 100;

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(32_000, 50), InlineData(32_000, 600), InlineData(8_000, 50), InlineData(1_000_000, 20)]
    public void The_link_is_used_and_new_readings_wait_little(int bytesPerSecond, int roundTripMs)
    {
        var pace = new BacklogPace(_clock);
        var (queueFree, sent, longest) = (TimeSpan.Zero, 0L, TimeSpan.Zero);
        var underWay = new Queue<(TimeSpan Due, long SentAt)>();
        var (now, roundTrip, end) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(roundTripMs), TimeSpan.FromMinutes(2));
        while (now < end)
        {
            while (pace.HasRoom)
            {
                pace.Sent(Batch);
                queueFree = (queueFree > now ? queueFree : now) + TimeSpan.FromSeconds((double)OnTheLink / bytesPerSecond);
                underWay.Enqueue((queueFree + roundTrip, _clock.GetTimestamp()));
                if (now > end / 2) (sent, longest) = (sent + OnTheLink, queueFree - now > longest ? queueFree - now : longest);
            }

            var (due, sentAt) = underWay.Dequeue();
            if (due > now) _clock.Advance(due - now);
            now = due > now ? due : now;
            pace.Answered(Batch, sentAt);
        }

        var used = sent / (end / 2).TotalSeconds / bytesPerSecond;
        Assert.True(used > 0.8, $"only {used:P0} of the link is used");
        Assert.True(longest < TimeSpan.FromSeconds(1), $"a new reading waits {longest.TotalSeconds} s");
    }

    [Fact]
    public void However_late_the_answers_one_batch_at_a_time_goes()
    {
        var pace = new BacklogPace(_clock);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(pace.HasRoom);
            pace.Sent(64 * 1024);
            var sentAt = _clock.GetTimestamp();
            _clock.Advance(i == 0 ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromSeconds(5));
            Assert.False(i > 20 && pace.HasRoom);
            pace.Answered(64 * 1024, sentAt);
        }
    }
}
