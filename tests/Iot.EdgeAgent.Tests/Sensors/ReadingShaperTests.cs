using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Shaping;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

public class ReadingShaperTests
{
    private static readonly ReadingName Temperature = new("temperature", "room", Units.Celsius);
    private static readonly ReadingName Open = new("door", "open", "");
    private static readonly ReadingName Mode = new("heating", "mode", "");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();

    [Fact]
    public void Readings_are_chosen_named_and_converted()
    {
        var shaper = Shaper(new() { Include = ["temperature/*", "door/*"], Exclude = ["*/open"], Rename = { ["temperature/room"] = "cellar/heat" }, Unit = "K", Offset = 273.15 });

        Assert.Equal(["cellar/heat=294.55 K"], Round(shaper, readings =>
        {
            readings.Add(Temperature, 21.4);
            readings.Add(Open, true);
            readings.Add(Mode, "eco"u8);
        }));
    }

    [Fact]
    public void Scaling_leaves_booleans_and_texts_alone()
    {
        var shaper = Shaper(new() { Scale = 0.1 });

        Assert.Equal(["temperature/room=2.14 Cel", "door/open=True", "heating/mode=eco"], Round(shaper, readings =>
        {
            readings.Add(Temperature, 21.4);
            readings.Add(Open, true);
            readings.Add(Mode, "eco"u8);
        }));
    }

    [Fact]
    public void Within_the_deadband_nothing_is_sent_until_the_silence_is_too_long()
    {
        var shaper = Shaper(new() { Deadband = 0.5, MaxSilence = TimeSpan.FromSeconds(60) });

        Assert.Single(Value(shaper, 20));
        Assert.Empty(Value(shaper, 20.5)); // 10 s
        Assert.Empty(Value(shaper, 19.5));
        Assert.Equal(["temperature/room=20.6 Cel"], Value(shaper, 20.6));
        Assert.Empty(Value(shaper, 20.2)); // compared with what was sent, not with what was seen: a slow drift is not missed
        for (var i = 0; i < 4; i++) Assert.Empty(Value(shaper, 20.6));
        Assert.Single(Value(shaper, 20.6)); // 60 s after 20.6 was sent
    }

    [Fact]
    public void A_deadband_of_0_sends_every_change_of_a_text_or_boolean()
    {
        var shaper = Shaper(new() { Deadband = 0 });
        void Eco(SensorReadings readings) => readings.Add(Mode, "eco"u8);

        Assert.Single(Round(shaper, Eco));
        Assert.Empty(Round(shaper, Eco));
        Assert.Equal(["heating/mode=off"], Round(shaper, readings => readings.Add(Mode, "off"u8)));
        Assert.Equal(["door/open=False"], Round(shaper, readings => readings.Add(Open, false)));
        Assert.Empty(Round(shaper, readings => readings.Add(Open, false)));
        Assert.Equal(["door/open=True"], Round(shaper, readings => readings.Add(Open, true)));
    }

    [Fact]
    public void A_window_tells_what_was_asked_of_its_readings()
    {
        var shaper = Shaper(new() { Window = TimeSpan.FromSeconds(30), Aggregates = [Aggregate.Mean, Aggregate.Min, Aggregate.Max, Aggregate.Last, Aggregate.Count] });

        Assert.Empty(Value(shaper, 1));
        Assert.Empty(Value(shaper, 6));
        Assert.Empty(Value(shaper, 2));
        Assert.Equal(
            ["temperature/room.mean=3 Cel", "temperature/room.min=1 Cel", "temperature/room.max=6 Cel", "temperature/room.last=3 Cel", "temperature/room.count=4 count"],
            Value(shaper, 3));
        Assert.Empty(Value(shaper, 100));
        Assert.Empty(Value(shaper, 100));
        Assert.Contains("temperature/room.mean=100 Cel", Value(shaper, 100));
    }

    [Fact]
    public void One_aggregate_keeps_the_name_and_the_time_of_the_last_reading()
    {
        var shaper = Shaper(new() { Window = TimeSpan.FromSeconds(20), Aggregates = [Aggregate.Max] });
        Value(shaper, 5);
        Value(shaper, 7);
        var last = _clock.GetUtcNow();

        var readings = new SensorReadings();
        readings.Begin(last);
        readings.Add(Temperature, 6);
        var batch = shaper.Shape(readings.Batch);

        Assert.Equal(["temperature/room=7 Cel"], Lines(batch));
        Assert.Equal(last.ToUnixTimeMilliseconds() * 1_000_000, batch.Readings[0].TimeNs);
    }

    [Fact]
    public void Of_a_text_a_window_has_the_last_and_of_a_boolean_the_share_of_true()
    {
        var shaper = Shaper(new() { Window = TimeSpan.FromSeconds(20) });
        foreach (var open in new[] { true, false })
        {
            Assert.Empty(Round(shaper, readings =>
            {
                readings.Add(Open, open);
                readings.Add(Mode, open ? "eco"u8 : "comfort"u8);
            }));
        }

        Assert.Equal(["door/open=0.5", "heating/mode=comfort"], Round(shaper, _ => { }));
    }

    [Fact]
    public void What_the_open_window_holds_at_the_end_is_not_lost()
    {
        var shaper = Shaper(new() { Window = TimeSpan.FromHours(1) });
        Value(shaper, 1);
        Value(shaper, 3);

        Assert.Equal(["temperature/room=2 Cel"], Lines(shaper.Flush()));
        Assert.Empty(Lines(shaper.Flush()));
    }

    [Fact]
    public void Names_without_end_are_bounded_and_reported_once()
    {
        var shaper = Shaper(new() { Deadband = 0 });
        for (var i = 0; i < ReadingShaper.MaxNames; i++)
            Assert.Single(Round(shaper, readings => readings.Add(new("made", i.ToString(CultureInfo.InvariantCulture), ""), 1)));

        Assert.Empty(Round(shaper, readings => readings.Add(new("made", "up", ""), 1)));
        Assert.Empty(Round(shaper, readings => readings.Add(new("made", "up2", ""), 1)));
        Assert.Contains("made/up and all further ones are left out", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1 + 0.2, 0.3), InlineData(21.400000000000002, 21.4), InlineData(1.5e-12, 1.5e-12), InlineData(-273.15, -273.15)]
    [InlineData(12345678901234, 12345678901234), InlineData(0, 0), InlineData(1e-9 / 3, 3.333333333e-10)]
    public void What_only_the_computation_brought_in_is_rounded_away(double value, double rounded) => Assert.Equal(rounded, Significant.Round(value));

    private ReadingShaper Shaper(SensorOptions options) => new(options, _clock, _log);

    private List<string> Value(ReadingShaper shaper, double value) => Round(shaper, readings => readings.Add(Temperature, value));

    /// <summary>One round, and ten seconds.</summary>
    private List<string> Round(ReadingShaper shaper, Action<SensorReadings> sample)
    {
        var readings = new SensorReadings();
        readings.Begin(_clock.GetUtcNow());
        sample(readings);
        var lines = Lines(shaper.Shape(readings.Batch));
        _clock.Advance(TimeSpan.FromSeconds(10));
        return lines;
    }

    private static List<string> Lines(ReadingBatch batch) => KernelTree.Lines(batch);
}
