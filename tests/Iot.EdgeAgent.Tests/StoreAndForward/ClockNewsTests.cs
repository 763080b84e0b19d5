using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

public class ClockNewsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void It_is_said_at_first_at_each_change_and_once_a_minute()
    {
        var news = new ClockNews(_clock);
        var well = new BatchClock(ClockState.Synchronised, double.NaN);
        Assert.Equal(well, news.Of(well));
        Assert.Null(news.Of(well));

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(news.Of(well));
        Assert.Equal(well with { Skew = 0.2 }, news.Of(well with { Skew = 0.2 }));
        Assert.Equal(well, news.Of(well));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(well, news.Of(well));
        Assert.Null(news.Of(stands: null));
        Assert.Null(news.Of(well with { State = ClockState.Rebased })); // said when it is sent
    }
}
