using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class ArchiveTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Hour = 3600 * Second;
    private static readonly EmbeddedOptions Archiving = new() { Archive = true, ArchiveAfter = TimeSpan.FromHours(1), RetainFor = TimeSpan.FromDays(2) };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_day_that_has_ended_is_read_by_another_database_while_the_store_is_open()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, Archiving);
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (30 * Hour), 0.1), ("v", now - (26 * Hour) + 7, 1e-300), ("s", now - (26 * Hour), "it's, \"so\""), ("b", now - (25 * Hour), true));
        await store.WriteAsync(1, "d1", ("v", now - Hour, 3.0)); // ended an hour ago, still within ArchiveAfter when the clock stood at midnight
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(["0.1 it's, \"so\" 1e-300 1.0"], Archived("SELECT string_agg(coalesce(text, value::VARCHAR), ' ' ORDER BY time_ns) FROM archived"));
        Assert.Equal(["2025-12-30 d1 telemetry"], Archived("SELECT DISTINCT date::VARCHAR || ' ' || device || ' ' || measurement FROM archived"));
        Assert.Equal(1, await store.CountAsync("archive WHERE rows = 4"));
        Assert.Equal(5, await store.CountAsync("readings"));

        store.Clock.Advance(TimeSpan.FromHours(2));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(["2025-12-30", "2025-12-31"], Archived("SELECT DISTINCT date::VARCHAR AS d FROM archived ORDER BY d"));
    }

    [Fact]
    public async Task A_late_reading_has_its_day_written_again_and_after_the_readings_are_gone_it_gets_a_file_of_its_own()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, Archiving);
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (30 * Hour), 1.0), ("v", now - (29 * Hour), 2.0), ("v", now, 9.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        await store.WriteAsync(1, "d1", ("v", now - (30 * Hour), 5.0), ("v", now - (28 * Hour), 3.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(["5.0", "2.0", "3.0"], Archived("SELECT value::VARCHAR FROM archived ORDER BY time"));

        store.Clock.Advance(TimeSpan.FromDays(4));
        await store.WriteAsync(2, "d1", ("v", Ns(store), 9.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(0, await store.CountAsync($"readings WHERE time_ns < {now - (24 * Hour)}"));

        await store.WriteAsync(3, "d1", ("v", now - (27 * Hour), 4.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(["5.0", "2.0", "3.0", "4.0"], Archived("SELECT value::VARCHAR FROM archived WHERE date = '2025-12-30' ORDER BY time"));
        Assert.Equal(0, await store.CountAsync($"readings WHERE time_ns < {now - (24 * Hour)}"));
        Assert.Equal(0, await store.CountAsync("stale_days"));
    }

    [Fact]
    public async Task Readings_are_not_deleted_before_they_are_in_the_archive()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, Archiving with { ArchivePath = "/proc/nowhere" });
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (24 * 5 * Hour), 1.0), ("v", now, 9.0));

        await Assert.ThrowsAnyAsync<IOException>(() => Housekeeping(store).RoundAsync(CancellationToken.None));

        Assert.Equal(2, await store.CountAsync("readings"));
    }

    [Fact]
    public async Task Hours_stay_as_long_as_their_readings_wait_for_the_archive()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, Archiving with { ArchiveAfter = TimeSpan.FromDays(4), RollUpFor = TimeSpan.FromDays(2) });
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (30 * Hour), 1.0), ("v", now, 9.0));
        for (var day = 1UL; day <= 2; day++)
        {
            store.Clock.Advance(TimeSpan.FromDays(1));
            await store.WriteAsync(day, "d1", ("v", Ns(store), 9.0));
            await Housekeeping(store).RoundAsync(CancellationToken.None);
        }

        Assert.Equal(1, await store.CountAsync("readings WHERE value = 1"));
        store.Clock.Advance(TimeSpan.FromDays(3));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(["1.0"], Archived("SELECT value::VARCHAR FROM archived WHERE value = 1"));
    }

    [Fact]
    public async Task A_file_that_does_not_hold_what_the_store_holds_gets_no_name()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, Archiving);
        await store.WriteAsync(0, "d1", ("v", Ns(store) - (30 * Hour), 1.0));
        Directory.CreateDirectory(_directory["archive/date=2025-12-30"]);
        File.CreateSymbolicLink(_directory["archive/date=2025-12-30/part-0000.parquet.writing"], "/dev/null"); // takes all, holds nothing

        await Assert.ThrowsAnyAsync<Exception>(() => Housekeeping(store).RoundAsync(CancellationToken.None));

        Assert.False(File.Exists(_directory["archive/date=2025-12-30/part-0000.parquet"]));
        Assert.Equal(0, await store.CountAsync("archived_parts"));
    }

    /// <summary>As an analyst reads it, in a database of their own.</summary>
    private List<string> Archived(string sql)
    {
        using var other = new DuckDBConnection("DataSource=:memory:");
        other.Open();
        other.Execute($"CREATE VIEW archived AS FROM read_parquet('{_directory["archive"]}/*/*.parquet', hive_partitioning = true)");
        using var command = other.Command(sql);
        using var rows = command.ExecuteReader();
        var values = new List<string>();
        while (rows.Read()) values.Add(rows.GetString(0));
        return values;
    }

    private static long Ns(StoreUnderTest store) => (store.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static EmbeddedHousekeeping Housekeeping(StoreUnderTest store) =>
        new(store.Store, store.Options, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance);
}
