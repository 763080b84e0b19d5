using System.Text;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway.Tests.Validation;

public class ReadingValidatorTests
{
    private const long Receipt = 1_700_000_000_000_000_000;
    private const long Second = 1_000_000_000;

    private static readonly DeviceSchema Pump = new()
    {
        Type = "pump",
        Measurement = "pump"u8.ToArray(),
        Unknown = UnknownMetrics.Reject,
        MaxClockLead = TimeSpan.FromMinutes(10),
        MaxAge = TimeSpan.FromDays(30),
        Metrics =
        [
            Rule("temperature", unit: "Cel", min: -40, max: 150),
            Rule("running", kind: ReadingKind.Boolean),
            Rule("state", kind: ReadingKind.String),
            Rule("image", kind: ReadingKind.Data),
            Rule("current", measurement: "motor", unit: "A"),
        ],
    };

    private static readonly DeviceSchema Anything = DeviceSchema.Default(new());

    [Fact]
    public void What_the_schema_describes_is_accepted() => Assert.Equal(
        RejectReason.None,
        Judge(Pump, batch =>
        [
            Float(batch, "temperature", 20, unit: "Cel"),
            Float(batch, "temperature", -40),
            Float(batch, "temperature", 150) with { Measurement = batch.AddText("pump"u8) },
            Float(batch, "current", 3, unit: "A") with { Measurement = batch.AddText("motor"u8) },
            Float(batch, "running", 1) with { Kind = ReadingKind.Boolean },
            Float(batch, "state", 0) with { Kind = ReadingKind.String, Text = batch.AddText("ok"u8) },
            Float(batch, "image", 0) with { Kind = ReadingKind.Data, Text = batch.AddText("\x01"u8) },
            Float(batch, "temperature", 20) with { Kind = ReadingKind.None, Sum = 1000 },
        ]));

    [Theory]
    [InlineData(149.9, nameof(RejectReason.None))]
    [InlineData(150.0001, nameof(RejectReason.AboveMaximum))]
    [InlineData(-40.0001, nameof(RejectReason.BelowMinimum))]
    [InlineData(double.NaN, nameof(RejectReason.NotFinite))]
    [InlineData(double.PositiveInfinity, nameof(RejectReason.NotFinite))]
    [InlineData(double.NegativeInfinity, nameof(RejectReason.NotFinite))]
    public void A_value_must_be_finite_and_within_its_limits(double value, string expected) =>
        Assert.Equal(expected, Judge(Pump, batch => [Float(batch, "temperature", value)]).ToString());

    [Theory]
    [InlineData(600 * Second, nameof(RejectReason.None))]
    [InlineData(600 * Second + 1, nameof(RejectReason.FromTheFuture))]
    [InlineData(long.MaxValue - Receipt, nameof(RejectReason.FromTheFuture))]
    [InlineData(-30 * 86400 * Second, nameof(RejectReason.None))]
    [InlineData(-30 * 86400 * Second - 1, nameof(RejectReason.TooOld))]
    [InlineData(long.MinValue + Receipt, nameof(RejectReason.TooOld))]
    public void A_time_may_lie_ahead_and_behind_as_far_as_the_schema_allows(long offset, string expected) =>
        Assert.Equal(expected, Judge(Pump, batch => [Float(batch, "temperature", 20) with { TimeNs = unchecked(Receipt + offset) }]).ToString());

    [Fact]
    public void Limits_of_time_beyond_what_nanoseconds_can_say_do_not_wrap_around()
    {
        var schema = DeviceSchema.Default(new() { MaxClockLead = TimeSpan.FromDays(365), MaxAge = TimeSpan.FromDays(36_500) });
        var batch = new ReadingBatch();
        batch.Add(new() { Kind = ReadingKind.Float, TimeNs = long.MaxValue });
        List<Rejection> rejections = [];

        ReadingValidator.Judge(batch, schema, long.MaxValue - 1, rejections);

        Assert.Empty(rejections);
    }

    [Fact]
    public void A_metric_of_another_measurement_is_another_metric()
    {
        Assert.Equal(RejectReason.UnknownMetric, Judge(Pump, batch => [Float(batch, "current", 3)]));
        Assert.Equal(RejectReason.UnknownMetric, Judge(Pump, batch => [Float(batch, "temperature", 3) with { Measurement = batch.AddText("motor"u8) }]));
        Assert.Equal(RejectReason.UnknownMetric, Judge(Pump, batch => [Float(batch, "temperatur", 3)]));
        Assert.Equal(RejectReason.None, Judge(Anything, batch => [Float(batch, "anything", 3, unit: "furlong")]));
    }

    [Theory]
    [InlineData("Cel", nameof(RejectReason.None))]
    [InlineData("", nameof(RejectReason.None))]
    [InlineData("K", nameof(RejectReason.WrongUnit))]
    [InlineData("cel", nameof(RejectReason.WrongUnit))]
    public void A_unit_is_the_schemas_or_left_out(string unit, string expected) =>
        Assert.Equal(expected, Judge(Pump, batch => [Float(batch, "temperature", 3, unit)]).ToString());

    [Theory]
    [InlineData(ReadingKind.Boolean)]
    [InlineData(ReadingKind.String)]
    public void A_value_of_another_kind_is_refused(ReadingKind kind) =>
        Assert.Equal(RejectReason.WrongKind, Judge(Pump, batch => [Float(batch, "temperature", 1) with { Kind = kind }]));

    [Fact]
    public void A_sum_alone_is_a_number_and_nothing_else()
    {
        Assert.Equal(RejectReason.WrongKind, Judge(Pump, batch => [Float(batch, "state", 0) with { Kind = ReadingKind.None, Sum = 1 }]));
        Assert.Equal(RejectReason.NotFinite, Judge(Pump, batch => [Float(batch, "temperature", 0) with { Kind = ReadingKind.None, Sum = double.PositiveInfinity }]));
    }

    [Fact]
    public void Raw_bytes_are_taken_only_where_the_schema_allows_them()
    {
        Assert.Equal(RejectReason.DataNotAllowed, Judge(Anything, batch => [Float(batch, "x", 0) with { Kind = ReadingKind.Data }]));
        Assert.Equal(RejectReason.DataNotAllowed, Judge(Pump, batch => [Float(batch, "state", 0) with { Kind = ReadingKind.Data }]));
        Assert.Equal(RejectReason.None, Judge(DeviceSchema.Default(new() { AllowData = true }), batch => [Float(batch, "x", 0) with { Kind = ReadingKind.Data }]));
    }

    [Fact]
    public void Every_defect_of_a_decoder_has_its_reason_and_comes_first() => Assert.All(
        Enum.GetValues<ReadingDefect>().Where(defect => defect != ReadingDefect.None),
        defect => Assert.Equal(defect.ToString(), Judge(Pump, batch => [Float(batch, "unknown", double.NaN) with { Defect = defect }]).ToString()));

    [Fact]
    public void A_bad_reading_costs_only_itself_and_rejections_ascend()
    {
        var batch = new ReadingBatch();
        foreach (var value in new[] { 1, 1000, 2, -1000, double.NaN, 3 }) batch.Add(Float(batch, "temperature", value));
        List<Rejection> rejections = [];

        ReadingValidator.Judge(batch, Pump, Receipt, rejections);

        Assert.Equal([new(1, RejectReason.AboveMaximum), new(3, RejectReason.BelowMinimum), new(4, RejectReason.NotFinite)], rejections);
    }

    [Fact]
    public void A_table_finds_each_of_many_metrics_and_no_other()
    {
        var rules = Enumerable.Range(0, 500).SelectMany(i => new[] { Rule($"f{i}"), Rule($"a_rather_long_name_{i}_of_a_field", measurement: $"m{i % 7}"), Rule("f", measurement: $"m{i}") }).ToArray();
        var table = new MetricTable(rules);

        Assert.All(rules, rule => Assert.True(table.TryFind(rule.Measurement, rule.Field, out var found) && ReferenceEquals(rule, found)));
        Assert.False(table.TryFind("m7"u8, "a_rather_long_name_7_of_a_field"u8, out _));
        Assert.False(table.TryFind(default, "f500"u8, out _));
        Assert.False(new MetricTable([]).TryFind(default, "f"u8, out _));
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        var batch = new ReadingBatch();
        for (var i = 0; i < 100; i++) batch.Add(Float(batch, i % 2 == 0 ? "temperature" : "current", i, unit: "Cel"));
        var rejections = new List<Rejection>(100);
        ReadingValidator.Judge(batch, Pump, Receipt, rejections);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            rejections.Clear();
            ReadingValidator.Judge(batch, Pump, Receipt, rejections);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(50, rejections.Count);
    }

    /// <summary>The reason of the first one refused.</summary>
    private static RejectReason Judge(DeviceSchema schema, Func<ReadingBatch, Reading[]> readings)
    {
        var batch = new ReadingBatch();
        foreach (var reading in readings(batch)) batch.Add(reading);
        List<Rejection> rejections = [];
        ReadingValidator.Judge(batch, schema, Receipt, rejections);
        return rejections.Count == 0 ? RejectReason.None : rejections[0].Reason;
    }

    private static Reading Float(ReadingBatch batch, string field, double value, string unit = "") => new()
    {
        Field = batch.AddText(field),
        Unit = batch.AddText(unit),
        TimeNs = Receipt,
        Number = value,
        Sum = double.NaN,
        Kind = ReadingKind.Float,
    };

    private static MetricRule Rule(
        string field, string measurement = "", string unit = "", ReadingKind kind = ReadingKind.Float,
        double min = double.NegativeInfinity, double max = double.PositiveInfinity) => new()
    {
        Measurement = Encoding.UTF8.GetBytes(measurement),
        Field = Encoding.UTF8.GetBytes(field),
        Unit = Encoding.UTF8.GetBytes(unit),
        Kind = kind,
        Min = min,
        Max = max,
    };
}
