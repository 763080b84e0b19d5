using Iot.EdgeAgent.Configuring;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests.Configuring;

/// <summary>A trial of five minutes, looked at each minute: what ends it without a proof, and what does not.</summary>
public class TrialPatienceTests
{
    private static readonly AgentOptions Usual = Options();

    private readonly TrialPatience _patience = new();

    public TrialPatienceTests() => _patience.Begin(TimeSpan.Zero);

    [Fact]
    public void Without_a_link_the_trial_time_is_all_there_is()
    {
        var slow = Options(("Sensors:s:Interval", "01:00:00"));
        Pass(4, isConnected: false, isTimeKnown: false);
        Assert.Null(_patience.UsedUp(slow));
        Pass(1, isConnected: false, isTimeKnown: false);

        Assert.Equal(TimeSpan.FromMinutes(5), _patience.UsedUp(slow));
    }

    [Fact]
    public void With_a_link_that_carries_nothing_the_trial_time_ends_it()
    {
        Pass(4);
        Assert.Null(_patience.UsedUp(Usual));
        Pass(1);

        Assert.Equal(TimeSpan.FromMinutes(5), _patience.UsedUp(Usual));
    }

    [Theory]
    [InlineData("Sensors:s:Interval", "00:30:00")]
    [InlineData("Sensors:s:Window", "00:30:00")]
    [InlineData("Sensors:s:Deadband", "1", "Sensors:s:MaxSilence", "00:30:00")]
    [InlineData("Batching:MaxAge", "00:30:00")]
    public void The_slowest_sensor_has_the_time_it_needs(params string[] settings)
    {
        var options = Options([.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        Pass(30);
        Assert.Null(_patience.UsedUp(options));
        Pass(2);

        Assert.NotNull(_patience.UsedUp(options));
    }

    [Fact]
    public void While_nobody_knows_the_time_it_does_not_count()
    {
        Pass(30, isTimeKnown: false);
        Assert.Null(_patience.UsedUp(Usual));
        Assert.Equal(TimeSpan.Zero, _patience.Counted);
        Pass(5);

        Assert.NotNull(_patience.UsedUp(Usual));
    }

    [Fact]
    public void While_a_backlog_is_acknowledged_there_is_an_hour()
    {
        for (var minute = 1; minute < 60; minute++)
        {
            Pass(1, published: minute);
            Assert.Null(_patience.UsedUp(Usual));
        }

        Pass(1, published: 60);
        Assert.Equal(TimeSpan.FromHours(1), _patience.UsedUp(Usual));
    }

    [Fact]
    public void A_backlog_that_stands_still_ends_it_after_the_trial_time()
    {
        for (var minute = 1; minute < 10; minute++) Pass(1, published: minute);
        Pass(4, published: 9);
        Assert.Null(_patience.UsedUp(Usual));
        Pass(1, published: 9);

        Assert.NotNull(_patience.UsedUp(Usual));
    }

    private void Pass(int minutes, bool isConnected = true, bool isTimeKnown = true, long published = 0)
    {
        for (; minutes > 0; minutes--)
            _patience.Pass(TimeSpan.FromMinutes(1), new("pump-7", isConnected, null, null, published, 0, false, 0, "", []), isTimeKnown);
    }

    private static AgentOptions Options(params (string Key, string Value)[] settings) => AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(
        [new("Sensors:s:Kind", "System"), .. settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))]).Build());
}
