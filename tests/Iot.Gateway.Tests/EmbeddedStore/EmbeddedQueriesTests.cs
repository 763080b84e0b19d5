using CsCheck;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class EmbeddedQueriesTests : IDisposable
{
    private static readonly Gen<(string Field, long TimeNs, object Value)> Readings = Gen.Select(
        Gen.OneOf(Gen.Const("a"), Gen.Const("b"), Gen.Const("c")), Gen.Long[-40, 40],
        Gen.OneOf<object>(Gen.Int[-5, 5].Select(i => (object)(double)i), Gen.Bool.Select(b => (object)b), Gen.OneOf(Gen.Const<object>("x"), Gen.Const<object>("y"))));

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_query_agrees_with_the_same_sum_done_by_hand()
    {
        var files = 0;
        var offset = 0UL;
        await Gen.Select(Readings.Array[0, 12].Array[1, 8], Gen.Long[-40, 40], Gen.Int[1, 30], Gen.Enum<Aggregate>()).SampleAsync(async (messages, from, every, aggregate) =>
        {
            await using var store = new StoreUnderTest(_directory[$"{Interlocked.Increment(ref files)}.duckdb"]);
            await store.Sink.OpenAsync(CancellationToken.None);
            var truth = new SortedDictionary<(string Field, long TimeNs), object>();
            foreach (var message in messages)
            {
                await store.WriteAsync(offset++, "d1", message);
                foreach (var (field, timeNs, value) in message) truth[(field, timeNs)] = value;
            }

            var window = truth.Where(entry => entry.Key.TimeNs >= from && entry.Key.TimeNs < from + 50).ToList();
            Assert.Equal(
                window.Select(entry => (entry.Key.Field, entry.Key.TimeNs, entry.Value)),
                (await store.ReadAsync(from: from, to: from + 50)).Select(row => (row.Field, row.TimeNs, row.Value)));

            var width = TimeSpan.FromTicks(every); // each is 100 ns; scale the times alike
            Assert.Equal(
                Buckets(window, every * 100L, aggregate),
                (await store.ReadAsync(from: from, to: from + 50, every: width, aggregate: aggregate)).Select(row => (row.Field, row.TimeNs, row.Value)));
        }, iter: 40, threads: 1);
    }

    [Fact]
    public async Task Buckets_are_aligned_to_1970_before_it_as_well()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "d1", ("v", -201, 1.0), ("v", -200, 2.0), ("v", -1, 4.0), ("v", 0, 8.0), ("v", 99, 16.0), ("v", 100, 32.0));

        var rows = await store.ReadAsync(every: TimeSpan.FromTicks(1), aggregate: Aggregate.Mean);

        Assert.Equal([(-300L, 1.0), (-200, 2.0), (-100, 4.0), (0, 12.0), (100, 32.0)], rows.Select(row => (row.TimeNs, (double)row.Value)));
    }

    [Fact]
    public async Task Rows_come_by_series_and_time_and_no_more_than_the_limit()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "zulu", ("v", 2, 1.0), ("v", 1, 2.0));
        await store.WriteAsync(1, "alpha", ("w", 9, 3.0), ("v", 9, 4.0));

        var rows = await store.ReadAsync(limit: 3);

        Assert.Equal(["alpha v 9", "alpha w 9", "zulu v 1"], rows.Select(row => $"{row.Device} {row.Field} {row.TimeNs}"));
        Assert.Equal(["zulu v 1", "zulu v 2"], (await store.ReadAsync(device: "zulu")).Select(row => $"{row.Device} {row.Field} {row.TimeNs}"));
        Assert.Equal(["alpha", "alpha", "zulu"], (await store.Queries.SeriesAsync(CancellationToken.None)).Select(series => series.Device.Value));
    }

    [Fact]
    public async Task A_reader_that_leaves_early_gives_its_place_back()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 20_000).Select(i => ("v", (long)i, (object)1.0))]);
        var query = new ReadingQuery(null, null, null, 0, long.MaxValue, null, Aggregate.Mean, 1_000_000);

        for (var i = 0; i < store.Options.Queries + 2; i++)
        {
            await foreach (var row in store.Queries.ReadingsAsync(query, CancellationToken.None))
            {
                Assert.Equal(0, row.TimeNs);
                break;
            }
        }
    }

    [Fact]
    public async Task An_interrupt_that_came_too_early_is_not_forgotten()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RowStream.ExecuteAsync(store.Store.Database, connection =>
        {
            stop.Cancel(); // before the statement begins
            return connection.Command("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE (a.range * b.range) % 7 = 3");
        }, TimeSpan.FromHours(1), TimeProvider.System, stop.Token));
    }

    [Fact]
    public async Task What_a_query_asks_on_its_way_is_ended_too()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await Assert.ThrowsAsync<TimeoutException>(() => RowStream.ExecuteAsync(store.Store.Database, connection =>
        {
            connection.Execute("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE (a.range * b.range) % 7 = 3");
            return connection.Command("SELECT 1");
        }, TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task Queries_run_while_rows_are_written()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 50_000).Select(i => ("v", (long)i, (object)1.0))]);
        var query = new ReadingQuery(null, null, null, 0, long.MaxValue, null, Aggregate.Mean, 1_000_000);
        var seen = 0;

        await foreach (var _ in store.Queries.ReadingsAsync(query, CancellationToken.None))
        {
            if (++seen % 5_000 == 0) await store.WriteAsync((ulong)seen, "d1", ("v", 1_000_000 + seen, 2.0));
        }

        Assert.Equal(50_000, seen);
        Assert.Equal(10, await store.CountAsync("reading_rows WHERE number = 2"));
    }

    [Fact]
    public async Task A_store_that_is_not_open_says_why()
    {
        await using var store = new StoreUnderTest(_directory["never.duckdb"]);

        var e = await Assert.ThrowsAnyAsync<IOException>(() => store.Queries.SeriesAsync(CancellationToken.None));

        Assert.Contains("not open yet", e.Message);
    }

    private static IEnumerable<(string, long, object)> Buckets(
        IEnumerable<KeyValuePair<(string Field, long TimeNs), object>> window, long width, Aggregate aggregate) =>
        from entry in window
        where entry.Value is not string || aggregate is Aggregate.Last or Aggregate.Count
        group entry by (entry.Key.Field, Bucket: (long)Math.Floor(entry.Key.TimeNs / (double)width) * width) into bucket
        orderby bucket.Key.Field, bucket.Key.Bucket
        select (bucket.Key.Field, bucket.Key.Bucket, aggregate switch
        {
            Aggregate.Mean => bucket.Average(entry => Number(entry.Value)),
            Aggregate.Min => bucket.Min(entry => Number(entry.Value)),
            Aggregate.Max => bucket.Max(entry => Number(entry.Value)),
            Aggregate.Last => bucket.MaxBy(entry => entry.Key.TimeNs).Value,
            _ => (object)bucket.LongCount(),
        });

    private static double Number(object value) => value is bool flag ? (flag ? 1 : 0) : (double)value;
}
