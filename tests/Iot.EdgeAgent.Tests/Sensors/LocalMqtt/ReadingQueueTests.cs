using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors.LocalMqtt;

public class ReadingQueueTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly LineLogger _log = new();

    [Fact]
    public void A_reading_is_as_old_as_its_message_and_what_the_message_said()
    {
        var queue = new ReadingQueue("s", 10, _clock, _log);
        queue.Add(new("a/b", "Cel", new(21, IsSwitch: false, null), TimeSpan.FromSeconds(3)));
        _clock.Advance(TimeSpan.FromSeconds(4));
        queue.Add(new("a/c", "", new(1, IsSwitch: true, null), TimeSpan.Zero));

        var readings = Take(queue);
        Assert.Equal("b=21 Cel; c=true; ", Modbus.Slaves.Text(readings));
        Assert.Equal([-7, 0], readings.Batch.Readings.ToArray().Select(reading => (DateTimeOffset.UnixEpoch.AddTicks(reading.TimeNs / 100) - _clock.GetUtcNow()).TotalSeconds));
        Assert.Equal(0, Take(queue).Batch.Count);
    }

    [Fact]
    public void When_it_is_full_the_oldest_makes_room_and_is_counted()
    {
        var queue = new ReadingQueue("s", 10, _clock, _log);
        for (var i = 1; i <= 10_003; i++) queue.Add(new("a/b", "", new(i, IsSwitch: false, null), TimeSpan.Zero));

        var readings = Take(queue);
        Assert.Equal((10_000, 4.0), (readings.Batch.Count, readings.Batch.Readings[0].Number));
        Assert.Contains("the oldest 3 are lost", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void More_names_than_allowed_are_left_out_and_told_of_once()
    {
        var queue = new ReadingQueue("s", 2, _clock, _log);
        foreach (var name in (string[])["a", "b", "c", "d", "a"]) queue.Add(new(name, "", new(1, IsSwitch: false, null), TimeSpan.Zero));

        Assert.Equal("a=1; b=1; a=1; ", Modbus.Slaves.Text(Take(queue)));
        Assert.Contains("would give 'c' beside 2 others", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private SensorReadings Take(ReadingQueue queue)
    {
        var readings = new SensorReadings();
        readings.Begin(_clock.GetUtcNow());
        queue.MoveTo(readings);
        return readings;
    }
}
