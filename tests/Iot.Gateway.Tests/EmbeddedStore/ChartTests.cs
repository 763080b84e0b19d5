using CsCheck;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

/// <summary><c>points</c>: what a chart needs, never more than its pixels.</summary>
public sealed class ChartTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly long Start = new DateTimeOffset(2025, 12, 25, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * Second;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_point_is_a_reading_as_stored_the_extremes_are_among_them_and_there_are_no_more_than_asked_for()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await Gen.Select(Gen.Double[-1e9, 1e9].Array[1, 400], Gen.Int[1, 900], Gen.Int[4, 60], Gen.Bool).SampleAsync(async (values, step, points, roll) =>
        {
            var offset = _offset++;
            var device = $"d{offset}";
            await store.WriteAsync(offset, device, [.. values.Select((value, i) => ("v", Start + (i * step * Second) + i, (object)value))]);
            if (roll) await Housekeeping(store).RoundAsync(CancellationToken.None);

            var to = Start + (values.Length * step * Second) + Second;
            var all = await store.ReadAsync(device, from: Start, to: to);
            var shown = await ChartAsync(store, device, Start, to, points);

            Assert.Subset(all.Select(row => (row.TimeNs, row.Value)).ToHashSet(), shown.Select(row => (row.TimeNs, row.Value)).ToHashSet());
            Assert.True(shown.Count <= points, $"{shown.Count} of {points}");
            Assert.Equal(all.Min(row => (double)row.Value), shown.Min(row => (double)row.Value));
            Assert.Equal(all.Max(row => (double)row.Value), shown.Max(row => (double)row.Value));
            Assert.Equal(shown.OrderBy(row => row.TimeNs), shown);
            if (all.Count <= points) Assert.Equal(all, shown);
        }, iter: 40, threads: 1);
    }

    [Fact]
    public async Task Readings_that_are_few_are_all_shown_also_those_of_a_minute_with_the_same_value()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 120).Select(i => ("v", Start + (i * 30 * Second), (object)21.5))]);
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(120, (await ChartAsync(store, "d1", Start, Start + (5 * 24 * 3600 * Second), 130)).Count);
    }

    [Fact]
    public async Task A_gap_stays_a_gap_and_text_and_booleans_keep_their_kind()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        var gap = 12 * 3600 * Second;
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 7200).Select(i => ("v", Start + (i * Second) + (i < 3600 ? 0 : gap), (object)(i % 2 == 0)))]);
        await store.WriteAsync(1, "d1", [.. Enumerable.Range(0, 7200).Select(i => ("s", Start + (i * Second) + (i < 3600 ? 0 : gap), (object)$"t{i}"))]);
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        var rows = await ChartAsync(store, "d1", Start, Start + (14 * 3600 * Second), 200);

        Assert.DoesNotContain(rows, row => row.TimeNs > Start + (3600 * Second) && row.TimeNs < Start + gap);
        Assert.All(rows.Where(row => row.Field is "v"), row => Assert.IsType<bool>(row.Value));
        Assert.All(rows.Where(row => row.Field is "s"), row => Assert.StartsWith("t", (string)row.Value));
        Assert.Equal("t7199", rows.Last(row => row.Field is "s").Value);
        Assert.InRange(rows.Count(row => row.Field is "v"), 4, 200);
    }

    [Fact]
    public async Task Pages_read_one_after_another_are_the_whole_answer()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        foreach (var offset in new ulong[] { 0, 1, 2 })
            await store.WriteAsync(offset, $"d{offset}", [.. Enumerable.Range(0, 50).Select(i => (i % 3 == 0 ? "a" : "b", Start + (i * Second), (object)(double)i))]);

        foreach (var every in new TimeSpan?[] { null, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1) })
        {
            var query = new ReadingQuery(null, null, null, 0, long.MaxValue, every, Aggregate.Mean, 7);
            var paged = new List<StoredReading>();
            for (var page = await ListAsync(store, query); page.Count > 0; page = await ListAsync(store, query))
            {
                paged.AddRange(page);
                query = query with { After = new(page[^1].Device, page[^1].Measurement, page[^1].Field, page[^1].Tags, page[^1].TimeNs) };
            }

            Assert.Equal(await ListAsync(store, query with { After = null, Limit = 100_000 }), paged);
        }
    }

    private ulong _offset;

    private static Task<List<StoredReading>> ChartAsync(StoreUnderTest store, string device, long from, long to, int points) =>
        ListAsync(store, new ReadingQuery(Wire.DeviceId.Parse(device), null, null, from, to, null, Aggregate.Mean, 1_000_000) { Points = points });

    private static async Task<List<StoredReading>> ListAsync(StoreUnderTest store, ReadingQuery query)
    {
        var rows = new List<StoredReading>();
        await foreach (var row in store.Queries.ReadingsAsync(query, CancellationToken.None)) rows.Add(row);
        return rows;
    }

    private static EmbeddedHousekeeping Housekeeping(StoreUnderTest store) =>
        new(store.Store, store.Options, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance);
}
