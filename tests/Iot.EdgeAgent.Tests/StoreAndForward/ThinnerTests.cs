using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

public class ThinnerTests
{
    private const long Second = 1_000_000_000, Start = 1_767_225_600 * Second;

    private readonly FakeTimeProvider _clock = new();
    private readonly Thinner _thinner;

    public ThinnerTests() => _thinner = new(_clock);

    [Theory]
    [InlineData(0, 0), InlineData(0.49, 0), InlineData(0.5, 1), InlineData(0.74, 1), InlineData(0.75, 2), InlineData(0.875, 3), InlineData(1, Thinner.HighestLevel)]
    public void The_level_rises_each_time_half_of_the_rest_is_used(double fill, int level) => Assert.Equal(level, Thinner.LevelOf(fill));

    [Fact]
    public void Of_each_series_the_lowest_and_the_highest_of_a_window_stay_in_their_order_as_they_were()
    {
        _thinner.Add(Floats("a", 5, 9, 1, 5, /**/ 4, 4, 4, 4, /**/ 7, 8), level: 1);
        _thinner.Add(Floats("b", 1, 2, 3), level: 1);
        _thinner.Flush();

        Assert.Equal(["a 1:9", "a 2:1", "a 4:4", "a 8:7", "a 9:8", "b 0:1", "b 2:3"], Kept().Order(StringComparer.Ordinal));
        Assert.Equal(6, _thinner.TakeGivenUp());
    }

    [Fact]
    public void A_level_more_halves_what_stays()
    {
        for (var level = 1; level <= 5; level++)
        {
            var random = new Random(level);
            for (var i = 0; i < 64; i++) _thinner.Add(Floats("a", [.. Enumerable.Range(0, 64).Select(_ => random.NextDouble())]), level);
            _thinner.Flush();
            Assert.Equal(64 * 64 / (1 << level), Kept().Count);
        }
    }

    [Fact]
    public void The_extremes_of_all_that_came_are_among_what_stays()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 300).Select(_ => Math.Round(random.NextDouble(), 3))];
            _thinner.Add(Floats("a", values), level: random.Next(1, 12));
            _thinner.Flush();
            var kept = Kept();
            Assert.Contains($"a {Array.IndexOf(values, values.Min())}:{Text(values.Min())}", kept);
            Assert.Contains($"a {Array.IndexOf(values, values.Max())}:{Text(values.Max())}", kept);
            Assert.Equal(300, kept.Count + _thinner.TakeGivenUp());
        }
    }

    [Fact]
    public void A_window_lasts_no_longer_than_a_quarter_of_an_hour()
    {
        for (var minute = 0; minute < 60; minute++) _thinner.Add(At("a", Start + (minute * 60 * Second), minute), level: 20);

        Assert.Equal(6, Kept().Count); // two of each window of 16 minutes that has ended
    }

    [Fact]
    public void Switches_and_texts_keep_their_changes()
    {
        foreach (var (text, i) in new[] { "on", "on", "off", "off", "off", "on" }.Select((text, i) => (text, i)))
        {
            var batch = new ReadingBatch();
            batch.Add(new() { Field = batch.AddText("state"u8), Text = batch.AddText(text), TimeNs = Start + (i * Second), Sum = double.NaN, Kind = ReadingKind.String });
            batch.Add(new() { Field = batch.AddText("open"u8), Number = i < 3 ? 1 : 0, TimeNs = Start + (i * Second), Sum = double.NaN, Kind = ReadingKind.Boolean });
            _thinner.Add(batch, level: 3);
        }

        Assert.Equal(["open 0:1", "open 3:0", "state 0:on", "state 2:off", "state 5:on"], Kept().Order(StringComparer.Ordinal));
        Assert.Equal(7, _thinner.TakeGivenUp());
    }

    [Fact]
    public void What_is_kept_waits_for_others_a_minute_at_most()
    {
        _thinner.Add(Floats("a", 1, 2, 3, 4), level: 1);
        Assert.False(_thinner.IsDue);
        _clock.Advance(Thinner.LongestWait);
        Assert.True(_thinner.IsDue);
        Kept();
        Assert.False(_thinner.IsDue);
    }

    [Fact]
    public void What_all_series_hold_at_their_end_goes_in_batches_that_a_gateway_takes()
    {
        for (var series = 0; series < 3_000; series++) _thinner.Add(Floats($"series-with-a-name-of-some-length-{series}", 1, 2, 3), level: 10);
        _thinner.Flush();

        var (readings, batches) = (0, 0);
        while (_thinner.TakeKept() is { } batch)
        {
            Assert.InRange(batch.Count, 1, 1_000);
            Assert.InRange(batch.Readings.ToArray().Sum(reading => 32 + reading.Field.Length), 1, 32 * 1024);
            (readings, batches) = (readings + batch.Count, batches + 1);
        }

        Assert.Equal(6_000, readings);
        Assert.InRange(batches, 12, 20);
        Assert.True(_thinner.IsEmpty);
    }

    private static ReadingBatch Floats(string field, params double[] values)
    {
        var batch = new ReadingBatch();
        for (var i = 0; i < values.Length; i++) Add(batch, field, Start + (i * Second), values[i]);
        return batch;
    }

    private static ReadingBatch At(string field, long timeNs, double value)
    {
        var batch = new ReadingBatch();
        Add(batch, field, timeNs, value);
        return batch;
    }

    private static void Add(ReadingBatch batch, string field, long timeNs, double value) =>
        batch.Add(new() { Field = batch.AddText(field), TimeNs = timeNs, Number = value, Sum = double.NaN, Kind = ReadingKind.Float });

    private List<string> Kept()
    {
        var kept = new List<string>();
        while (_thinner.TakeKept() is { } batch)
        {
            kept.AddRange(batch.Readings.ToArray().Select(reading =>
                $"{batch.Text(reading.Field)} {(reading.TimeNs - Start) / Second}:{(reading.Kind == ReadingKind.String ? batch.Text(reading.Text) : Text(reading.Number))}"));
        }

        return kept;
    }

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
