using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Readings that no batch can carry end nothing: they are mended or left out, and the log says so once.</summary>
public class ReadingFaultsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();

    [Theory]
    [InlineData(-60)] // the future
    [InlineData(1_700_000_000)] // 1972: it prints seconds where nanoseconds are meant
    public void A_time_that_cannot_be_counts_as_of_now_and_is_said_once(double age)
    {
        var batches = new List<long>();
        var loop = new SamplingLoop(
            new("g", Interval, [new AgedSensor(TimeSpan.FromSeconds(age))]), batch => batches.Add(batch.Readings[0].TimeNs), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));
        Rounds(loop, 3);

        var first = Stamp.Of(_clock.GetUtcNow() - 3 * Interval).TimeNs;
        Assert.Equal([first, first + 10_000_000_000, first + 20_000_000_000], batches);
        Assert.Contains("Sensor aged gives readings of times that cannot be", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_age_above_the_time_since_boot_counts_as_of_now_while_nobody_knows_the_time()
    {
        var times = new List<long>();
        var loop = new SamplingLoop(
            new("g", Interval, [new AgedSensor(TimeSpan.FromMinutes(15))]), batch => times.Add(batch.Readings[0].TimeNs), () => Stamp.Unbound(bootNs: 120_000_000_000, skew: double.NaN), _clock, _log, new("sampling", _clock));
        loop.SampleOnce();

        Assert.Equal([Stamp.UnboundOriginNs + 120_000_000_000], times);
    }

    [Fact]
    public void A_reading_that_no_message_can_carry_is_left_out_and_that_is_said_once()
    {
        var lines = new List<string>();
        var loop = new SamplingLoop(
            new("g", Interval, [new LargeSensor()]), batch => lines.AddRange(KernelTree.Lines(batch)), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));
        Rounds(loop, 2);

        Assert.Equal(["test/good=1", "test/good=1"], lines);
        Assert.Equal(
            ["texts of more than 16384 bytes: such readings are left out", "name or unit has more than 190 bytes: they are left out"],
            _log.Lines.Select(line => line[(line.IndexOf("gives texts", StringComparison.Ordinal) is var at and >= 0 ? at + 6 : line.IndexOf("name or", StringComparison.Ordinal))..line.IndexOf(". Said", StringComparison.Ordinal)]));
    }

    private void Rounds(SamplingLoop loop, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            loop.SampleOnce();
            _clock.Advance(Interval);
        }
    }

    private sealed class LargeSensor : ISensor
    {
        public string Name => "large";

        public void Sample(SensorReadings readings)
        {
            readings.Add(new("test", "good", ""), 1);
            readings.Add(new("test", "text", ""), new byte[SensorReadings.LongestText + 1]);
            readings.Add(new("test", new string('n', 186), ""), 1);
            readings.Add(new("test", "value", new string('u', 191)), 1);
        }

        public void Dispose()
        {
            // holds nothing
        }
    }

    private sealed class AgedSensor(TimeSpan age) : ISensor
    {
        public string Name => "aged";

        public void Sample(SensorReadings readings) => readings.Add(new("test", "value", Units.Count), 1, age);

        public void Dispose()
        {
            // holds nothing
        }
    }
}
