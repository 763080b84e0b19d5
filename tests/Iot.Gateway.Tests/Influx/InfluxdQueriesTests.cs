using Iot.Gateway.Delivery;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Influx;

/// <summary>What is asked of a real influxd 1.6 by InfluxQL, a database of its own for each test.</summary>
public sealed class InfluxdQueriesTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private const long Minute = 60_000_000_000;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Series_are_listed_with_kind_and_newest_time()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync(Spooled.Judged(7, "pump-7", "site=hall\\ 1", [], new("a", 1.0, 1), new("on", true, 5), new("a", 2.0, 2), new Sample("note", "x", 3, "air")));
        await rig.SendAsync(Spooled.Judged(8, "fan-1", "", [], new Sample("a", 3.0, 9)));

        Assert.Equal(
            [
                new(DeviceId.Parse("fan-1"), "telemetry", "a", "", ReadingKind.Float, null, 9),
                new(DeviceId.Parse("pump-7"), "air", "note", "site=hall\\ 1", ReadingKind.String, null, 3),
                new(DeviceId.Parse("pump-7"), "telemetry", "a", "site=hall\\ 1", ReadingKind.Float, null, 2),
                new Iot.Gateway.Delivery.StoredSeries(DeviceId.Parse("pump-7"), "telemetry", "on", "site=hall\\ 1", ReadingKind.Boolean, null, 5),
            ],
            await rig.Queries.SeriesAsync(Cancellation));
    }

    [Fact]
    public async Task Readings_come_as_they_are_or_by_bucket()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync([.. Enumerable.Range(0, 12).Select(i => new Sample("a", i, i * Minute)), new("on", true, 0), new("note", "x", 0)]);
        await rig.SendAsync(Spooled.Judged(8, "fan-1", "", [], new Sample("a", 99.0, 0)));
        var query = new ReadingQuery(DeviceId.Parse("pump-7"), "telemetry", "a", Minute, 11 * Minute, null, Aggregate.Mean, 1000);

        var raw = await AllAsync(rig, query);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (i * Minute, (object)(double)i)), raw.Select(row => (row.TimeNs, row.Value)));
        Assert.All(raw, row => Assert.Equal(("pump-7", "telemetry", "a"), (row.Device.Value, row.Measurement, row.Field)));

        var every = query with { FromNs = 0, ToNs = 12 * Minute, Every = TimeSpan.FromMinutes(4) };
        Assert.Equal([(0L, 1.5), (4 * Minute, 5.5), (8 * Minute, 9.5)], (await AllAsync(rig, every)).Select(row => (row.TimeNs, (double)row.Value)));
        Assert.Equal([4L, 4L, 4L], (await AllAsync(rig, every with { Aggregate = Aggregate.Count })).Select(row => (long)row.Value));
        Assert.Equal([0.0, 4.0, 8.0], (await AllAsync(rig, every with { Aggregate = Aggregate.Min })).Select(row => (double)row.Value));
        Assert.Equal([3.0, 7.0, 11.0], (await AllAsync(rig, every with { Aggregate = Aggregate.Max })).Select(row => (double)row.Value));
        Assert.Equal([true], (await AllAsync(rig, every with { Field = "on", Aggregate = Aggregate.Last })).Select(row => (bool)row.Value));
        Assert.Empty(await AllAsync(rig, every with { Field = "note" }));
        Assert.Equal(7, (await AllAsync(rig, query with { Limit = 7 })).Count);

        var all = await AllAsync(rig, new(null, null, null, 0, 1, null, Aggregate.Mean, 1000));
        Assert.Equal(["fan-1 a 99", "pump-7 a 0", "pump-7 note x", "pump-7 on True"], all.Select(row => $"{row.Device} {row.Field} {row.Value}").Order());
    }

    [Fact]
    public async Task A_chart_gets_the_extremes_of_many_readings_and_few_as_they_are()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync([.. Enumerable.Range(0, 1000).Select(i => new Sample("a", i == 501 ? 77.5 : i % 10, i * Minute)), new("on", true, 0), new("note", "x", 0)]);
        var query = new ReadingQuery(DeviceId.Parse("pump-7"), "telemetry", null, 0, 1000 * Minute, null, Aggregate.Mean, 10_000) { Points = 40 };

        var rows = await AllAsync(rig, query);
        Assert.InRange(rows.Count(row => row.Field is "a"), 20, 40);
        Assert.Equal(77.5, rows.Where(row => row.Field is "a").Max(row => (double)row.Value));
        Assert.Equal(0.0, rows.Where(row => row.Field is "a").Min(row => (double)row.Value));
        Assert.Equal(["note x", "on True"], rows.Where(row => row.Field is not "a").Select(row => $"{row.Field} {row.Value}").Order());
        Assert.Equal(1000, (await AllAsync(rig, query with { Field = "a", Points = 1000 })).Count);
        await Assert.ThrowsAsync<NotSupportedException>(() => AllAsync(rig, query with { Points = null, After = new(DeviceId.Parse("pump-7"), "telemetry", "a", "", 0) }));
    }

    [Theory]
    [InlineData(4), InlineData(5), InlineData(40), InlineData(333)]
    public async Task A_chart_keeps_peaks_and_gaps_within_its_range_and_its_points(int points)
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        var readings = Enumerable.Range(0, 1000).Where(i => i is < 300 or >= 700).ToList();
        await rig.SendAsync([.. readings.Select(i => new Sample("a", i is 123 ? 99.5 : i is 877 ? -99.5 : i % 7, i * Minute))]);
        await rig.SendAsync(Spooled.Judged(8, "fan-1", "", [], [.. readings.Select(i => new Sample("a", i % 5, i * Minute))]));
        var query = new ReadingQuery(null, "telemetry", "a", (100 * Minute) + 1, (990 * Minute) - 1, null, Aggregate.Mean, 10_000) { Points = points };

        var rows = await AllAsync(rig, query);

        Assert.All(rows.GroupBy(row => row.Device), series => Assert.InRange(series.Count(), 2, points));
        Assert.All(rows, row => Assert.InRange(row.TimeNs, query.FromNs, query.ToNs - 1));
        Assert.Equal(99.5, rows.Max(row => (double)row.Value));
        Assert.Equal(-99.5, rows.Min(row => (double)row.Value));
        var bucket = Delivery.ChartBuckets.Width(query.FromNs, query.ToNs, points, whole: false);
        Assert.DoesNotContain(rows, row => row.TimeNs >= (300 * Minute) + bucket && row.TimeNs < (700 * Minute) - bucket);
        Assert.Equal(rows.OrderBy(row => row.Device).ThenBy(row => row.TimeNs), rows);
    }

    [Fact]
    public async Task Several_names_and_exact_tags_choose_the_series()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync(Spooled.Judged(7, "pump-7", "site=hall\\ 1,wing=a\\,b", [], new("a", 1.0, 1), new Sample("b", 2.0, 1)));
        await rig.SendAsync(Spooled.Judged(8, "pump-7", "site=hall\\ 1", [], new Sample("a", 3.0, 2)));
        await rig.SendAsync(Spooled.Judged(9, "fan-1", "", [], new("a", 4.0, 3), new Sample("a", 5.0, 3, "air")));
        async Task<string> Read(ReadingQuery query) => string.Join(' ', (await AllAsync(rig, query)).Select(row => row.Value).Order());
        var all = new ReadingQuery(null, null, null, 0, 10, null, Aggregate.Mean, 100);

        Assert.Equal("3", await Read(all with { Tags = "site=hall\\ 1" }));
        Assert.Equal("1 2", await Read(all with { Tags = "site=hall\\ 1,wing=a\\,b" }));
        Assert.Equal("4 5", await Read(all with { Tags = "" }));
        Assert.Equal("3 4 5", await Read(all with { Tags = new(["", "site=hall\\ 1"]) }));
        Assert.Equal("", await Read(all with { Tags = "site" }));
        Assert.Equal("1 3 4", await Read(all with { Measurement = "telemetry", Field = "a", Device = new(["fan-1", "pump-7", "none"]) }));
        Assert.Equal("1 2 3 4 5", await Read(all with { Measurement = new(["telemetry", "air"]), Field = new(["a", "b"]) }));
    }

    [Fact]
    public async Task More_rows_than_one_piece_are_streamed_in_order()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync([.. Enumerable.Range(0, 12_000).Select(i => new Sample("a", i, i))]);

        var rows = await AllAsync(rig, new(null, "telemetry", "a", 0, long.MaxValue / 2, null, Aggregate.Mean, 11_000));
        Assert.Equal(Enumerable.Range(0, 11_000).Select(i => (long)i), rows.Select(row => row.TimeNs));
    }

    [Theory]
    [InlineData("telemetry\" ; DROP MEASUREMENT \"telemetry", "a")]
    [InlineData("telemetry", "a\") FROM telemetry; DROP MEASUREMENT telemetry --")]
    [InlineData("telemetry\\\"; DROP MEASUREMENT telemetry; --", "a")]
    [InlineData("tele\nmetry", "a'")]
    public async Task What_is_asked_for_is_a_name_whatever_it_holds(string measurement, string field)
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        await rig.SendAsync(new Sample("a", 1.0, 1));

        Assert.Empty(await AllAsync(rig, new(null, measurement, field, 0, 10, null, Aggregate.Mean, 10)));
        Assert.Single(await AllAsync(rig, new(null, "telemetry", "a", 0, 10, null, Aggregate.Mean, 10)));
    }

    [Fact]
    public async Task A_query_that_cannot_be_answered_says_why()
    {
        await using var rig = SinkRig.Over(fixture.Influxd.Url, "Api=V1", "Database=none");
        var e = await Assert.ThrowsAsync<IOException>(() => rig.Queries.SeriesAsync(Cancellation));
        Assert.Contains("database not found", e.Message);

        await using var nobody = SinkRig.Over(new Uri($"http://127.0.0.1:{FreePort.Next()}/"), "Api=V1", "Database=none");
        await Assert.ThrowsAsync<IOException>(() => nobody.Queries.SeriesAsync(Cancellation));
    }

    private static async Task<List<StoredReading>> AllAsync(SinkRig rig, ReadingQuery query)
    {
        var rows = new List<StoredReading>();
        await foreach (var row in rig.Queries.ReadingsAsync(query, Cancellation)) rows.Add(row);
        return rows;
    }
}
