using System.Globalization;
using Iot.Gateway.Validation;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.Validation;

public sealed class SeriesBudgetTests
{
    private static readonly DeviceSchema Schema = DeviceSchema.Default(new());

    [Fact]
    public void Series_up_to_the_limit_are_opened_and_the_readings_of_one_more_are_refused()
    {
        var budget = Budget(perDevice: 3);

        Assert.Empty(Judge(budget, "pump", "a", "b", "c"));
        Assert.Equal([1, 3], Judge(budget, "pump", "a", "d", "c", "d", "b"));
        Assert.Equal(3, budget.CountOf(DeviceId.Parse("pump")));
    }

    [Fact]
    public void Another_device_has_a_budget_of_its_own_within_that_of_all()
    {
        var budget = Budget(perDevice: 3, all: 5);

        Assert.Empty(Judge(budget, "one", "a", "b", "c"));
        Assert.Equal([2], Judge(budget, "two", "a", "b", "c"));
        Assert.Equal([0], Judge(budget, "three", "a"));
        Assert.Empty(Judge(budget, "one", "c", "b", "a"));
        Assert.Equal(5, budget.Count);
        Assert.Equal(["one", "two"], budget.Devices.Select(entry => entry.Key.Value).Order(StringComparer.Ordinal)); // a name alone costs no memory then
    }

    [Fact]
    public void Measurement_and_tags_make_a_series_as_the_field_does_and_the_default_measurement_may_be_said_aloud()
    {
        var budget = Budget(perDevice: 100);

        Judge(budget, "pump", "f", "m/f", "n/f", "f,t=1", "f,t=2", "m/f,t=1");
        Assert.Equal(6, budget.CountOf(DeviceId.Parse("pump")));

        Judge(budget, "pump", "telemetry/f", "f,t=1", "n/f");
        Assert.Equal(6, budget.CountOf(DeviceId.Parse("pump")));
    }

    [Fact]
    public void What_was_refused_already_opens_nothing_and_rejections_ascend()
    {
        var budget = Budget(perDevice: 1);
        var batch = Batch("pump", "a", "b", "c", "d");
        List<Rejection> rejections = [new(0, RejectReason.TooOld), new(2, RejectReason.TooOld)];

        budget.Judge(batch, Schema, rejections);

        Assert.Equal(
            [new(0, RejectReason.TooOld), new(2, RejectReason.TooOld), new(3, RejectReason.TooManySeries)], rejections);
        Assert.Empty(Judge(budget, "pump", "b"));
    }

    [Fact]
    public void Thousands_of_names_in_one_message_open_no_more_than_the_limit()
    {
        var budget = Budget(perDevice: 100);
        string[] names = [.. Enumerable.Range(0, 5000).Select(i => i.ToString("x8", CultureInfo.InvariantCulture))];

        Assert.Equal(Enumerable.Range(100, 4900), Judge(budget, "pump", names));
        Assert.Equal(Enumerable.Range(100, 4900), Judge(budget, "pump", names));
        Assert.Equal(100, budget.Count);
    }

    [Fact]
    public void What_is_on_disk_is_remembered_even_beyond_the_limit()
    {
        var budget = Budget(perDevice: 1);

        budget.Remember(Batch("pump", "a", "b", "c"), Schema.Measurement, index => index != 1);

        Assert.Equal([1], Judge(budget, "pump", "a", "b", "c"));
    }

    [Fact]
    public void Judging_known_series_allocates_nothing()
    {
        var budget = Budget(perDevice: 10);
        var batch = Batch("pump", "a", "b", "m/c,t=1");
        List<Rejection> rejections = [];
        budget.Judge(batch, Schema, rejections);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) budget.Judge(batch, Schema, rejections);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(rejections);
    }

    private static SeriesBudget Budget(int perDevice, int all = 1000) =>
        new(new() { SeriesPerDevice = perDevice, Series = all }, TimeProvider.System, NullLogger<SeriesBudget>.Instance);

    /// <summary>The indices refused.</summary>
    private static IEnumerable<int> Judge(SeriesBudget budget, string device, params string[] names)
    {
        List<Rejection> rejections = [];
        budget.Judge(Batch(device, names), Schema, rejections);
        Assert.All(rejections, rejection => Assert.Equal(RejectReason.TooManySeries, rejection.Reason));
        return rejections.Select(rejection => rejection.Index);
    }

    /// <param name="names"><c>measurement/field,tags</c>, the first and last part optional.</param>
    private static ReadingBatch Batch(string device, params string[] names)
    {
        var batch = new ReadingBatch { Device = DeviceId.Parse(device) };
        foreach (var name in names)
        {
            var (path, tags) = name.Split(',', 2) is [var head, var tail] ? (head, tail) : (name, "");
            var (measurement, field) = path.Split('/') is [var first, var second] ? (first, second) : ("", path);
            batch.Add(new()
            {
                Measurement = batch.AddText(measurement), Field = batch.AddText(field), Tags = batch.AddText(tags), Number = 1, Sum = double.NaN, Kind = ReadingKind.Float,
            });
        }

        return batch;
    }
}
