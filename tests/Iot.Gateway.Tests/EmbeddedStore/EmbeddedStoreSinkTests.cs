using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class EmbeddedStoreSinkTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_reading_of_every_kind_comes_back_as_it_was_sent()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await store.WriteAsync(0, "d1", ("float", 1, 21.5), ("flag", 2, true), ("text", 3, "läuft 🚀"), ("data", 4, new byte[] { 255, 238 }), ("empty", 5, ""));

        Assert.Equal(["4 data _-4", "5 empty ", "2 flag True", "1 float 21.5", "3 text läuft 🚀"], await store.TextAsync());
    }

    [Fact]
    public async Task Numbers_keep_every_bit()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        double[] numbers = [0.1, -0.0, double.Epsilon, double.MaxValue, 1e-300, 123456789.123456789];

        await store.WriteAsync(0, "d1", [.. numbers.Select((number, i) => ("v", (long)i, (object)number))]);

        Assert.Equal(numbers.Select(BitConverter.DoubleToInt64Bits), (await store.ReadAsync()).Select(row => BitConverter.DoubleToInt64Bits((double)row.Value)));
    }

    [Fact]
    public async Task A_write_sent_again_changes_nothing()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        using var write = store.Sink.BeginWrite();
        write.Add(store.Message(7, "d1", [("a", 1, 1.0), ("b", 1, "x")]));
        write.Add(store.Message(8, "d1", [("a", 1, 2.0), ("a", 3, 3.0)]));

        await write.SendAsync(9, CancellationToken.None);
        var first = await store.TextAsync();
        await write.SendAsync(9, CancellationToken.None);

        Assert.Equal(["1 a 2", "3 a 3", "1 b x"], first);
        Assert.Equal(first, await store.TextAsync());
        Assert.Equal(2, await store.CountAsync("series"));
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_rows_end()
    {
        await using (var before = await StoreUnderTest.OpenAsync(_directory))
        {
            await before.WriteAsync(41, "d1", ("v", 1, 1.0));
            await before.WriteAsync(50, _ => { });
        }

        await using var after = new StoreUnderTest(_directory["readings.duckdb"]);

        Assert.Equal(50UL, await after.Sink.OpenAsync(CancellationToken.None));
        await after.WriteAsync(50, "d1", ("v", 2, 2.0));
        Assert.Equal(["1 v 1", "2 v 2"], await after.TextAsync());
        Assert.Equal(1, await after.CountAsync("series"));
    }

    [Fact]
    public async Task A_new_file_needs_the_journal_from_its_start() =>
        Assert.Equal(0UL, await new StoreUnderTest(_directory["new.duckdb"]).Sink.OpenAsync(CancellationToken.None));

    [Fact]
    public async Task At_the_same_time_the_later_offset_is_seen()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await store.WriteAsync(1, "d1", ("v", 10, 1.0), ("v", 20, 1.0));
        await store.WriteAsync(2, "d1", ("v", 10, 2.0), ("v", 10, 3.0), ("v", 15, 4.0));

        Assert.Equal(["10 v 3", "15 v 4", "20 v 1"], await store.TextAsync());
    }

    [Fact]
    public async Task At_the_same_time_the_later_offset_is_seen_across_a_restart()
    {
        await using (var before = await StoreUnderTest.OpenAsync(_directory)) await before.WriteAsync(1, "d1", ("v", 10, 1.0));

        await using var after = await StoreUnderTest.OpenAsync(_directory);
        await after.WriteAsync(2, "d1", ("v", 10, 2.0));

        Assert.Equal(["10 v 2"], await after.TextAsync());
    }

    [Fact]
    public async Task A_range_replayed_below_newer_rows_does_not_hide_them()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.Zero });
        await store.WriteAsync(1, "d1", ("v", 10, 1.0), ("v", 11, 1.0));
        await store.WriteAsync(2, "d1", ("v", 10, 2.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(2, await store.CountAsync("reading_rows"));

        await store.WriteAsync(1, "d1", ("v", 10, 7.0), ("v", 11, 7.0));

        Assert.Equal(["10 v 2", "11 v 7"], await store.TextAsync());
    }

    [Fact]
    public async Task A_kind_may_change_within_a_series()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await store.WriteAsync(0, "d1", ("v", 1, 1.5), ("v", 2, "off"), ("v", 3, true));
        await store.WriteAsync(1, "d1", ("v", 2, 2.5));

        Assert.Equal(["1 v 1.5", "2 v 2.5", "3 v True"], await store.TextAsync());
        Assert.Equal(ReadingKind.Float, Assert.Single(await store.Queries.SeriesAsync(CancellationToken.None)).Kind);
    }

    [Fact]
    public async Task A_sum_becomes_a_field_of_its_own()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await store.WriteAsync(1, write => write.Add(store.Message(0, "d1", "", [], batch =>
        {
            batch.Add(StoreUnderTest.Reading(batch, "power", 1, 100.0, sum: 5000));
            batch.Add(StoreUnderTest.Reading(batch, "energy", 2, new object(), sum: 7));
        })));

        Assert.Equal(["2 energy_sum 7", "1 power 100", "1 power_sum 5000"], await store.TextAsync());
    }

    [Fact]
    public async Task Rejected_readings_are_left_out()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await store.WriteAsync(1, write => write.Add(store.Message(0, "d1", "", [0, 2], batch =>
        {
            for (var i = 0; i < 4; i++) batch.Add(StoreUnderTest.Reading(batch, "v", i, (double)i));
        })));

        Assert.Equal(["1 v 1", "3 v 3"], await store.TextAsync());
    }

    [Fact]
    public async Task Tags_of_the_operator_win_and_the_order_of_tags_does_not_matter()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        foreach (var (offset, tags) in new[] { (0UL, "zone=b,site=fake,device=d1"), (1UL, "site=other,zone=b") })
        {
            await store.WriteAsync(offset + 1, write => write.Add(store.Message(offset, "d1", "site=hall\\,1", [], batch =>
                batch.Add(StoreUnderTest.Reading(batch, "v", (long)offset, 1.0) with { Tags = batch.AddText(tags) }))));
        }

        var series = Assert.Single(await store.Queries.SeriesAsync(CancellationToken.None));
        Assert.Equal("site=hall\\,1,zone=b", series.Tags);
        Assert.Equal(1, series.LastNs);
    }

    [Fact]
    public async Task The_unit_of_a_series_follows_its_newest_reading()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        string[] units = ["Cel", "Cel", "", "K"];
        for (var i = 0; i < units.Length; i++)
        {
            var offset = (ulong)i;
            await store.WriteAsync(offset + 1, write => write.Add(store.Message(offset, "d1", "", [], batch =>
                batch.Add(StoreUnderTest.Reading(batch, "t", (long)offset, 1.0, units[offset])))));
        }

        Assert.Equal("K", Assert.Single(await store.Queries.SeriesAsync(CancellationToken.None)).Unit);
    }

    [Fact]
    public async Task With_more_series_than_memory_holds_each_series_keeps_one_row()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { CachedSeries = 1000 });
        var offset = 0UL;
        for (; offset < 15; offset++)
        {
            var (round, part) = ((long)offset / 5, (int)offset % 5);
            await store.WriteAsync(offset, "d1", [.. Enumerable.Range(part * 500, 500).Select(i => ($"f{i}", round, (object)(double)offset))]);
        }

        await store.WriteAsync(offset, "d1", ("f7", 1, -1.0)); // replaces round 1's

        Assert.Equal(2500, await store.CountAsync("series"));
        Assert.Equal(7500, await store.CountAsync("readings"));
        Assert.Equal([0.0, -1.0, 10.0], (await store.ReadAsync(field: "f7")).Select(row => row.Value));
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again_and_nothing_is_lost()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        using var obstacle = store.Store.Database.Connect();
        obstacle.Execute("BEGIN TRANSACTION");
        obstacle.Execute("ALTER TABLE reading_rows ADD COLUMN obstacle INTEGER");

        var sending = store.WriteAsync(0, "d1", ("v", 1, 1.0));
        await Eventually.TrueAsync(() => store.Sink.Health.Problem is not null, "the health says so");
        Assert.False(sending.IsCompleted);
        obstacle.Execute("ROLLBACK");
        await Eventually.TrueAsync(
            () =>
            {
                store.Clock.Advance(ReadingStore.Pause(20));
                return sending.IsCompleted;
            }, "the write goes through");

        Assert.True((await sending).Attempts > 1);
        Assert.Null(store.Sink.Health.Problem);
        Assert.Equal(["1 v 1"], await store.TextAsync());
    }

    [Fact]
    public async Task Shutdown_ends_the_attempts_and_leaves_the_offset()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        using var obstacle = store.Store.Database.Connect();
        obstacle.Execute("BEGIN TRANSACTION");
        obstacle.Execute("ALTER TABLE reading_rows ADD COLUMN obstacle INTEGER");
        using var shutdown = new CancellationTokenSource();
        using var write = store.Sink.BeginWrite();
        write.Add(store.Message(0, "d1", [("v", 1, 1.0)]));

        var sending = write.SendAsync(1, shutdown.Token);
        await Eventually.TrueAsync(() => store.Sink.Health.Problem is not null, "the first attempt failed");
        await shutdown.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        obstacle.Execute("ROLLBACK");
        Assert.Equal(0, await store.CountAsync("reading_rows"));
    }

    private static EmbeddedHousekeeping Housekeeping(StoreUnderTest store) =>
        new(store.Store, store.Options, store.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedHousekeeping>.Instance);
}
