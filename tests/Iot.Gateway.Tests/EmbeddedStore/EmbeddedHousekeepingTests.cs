using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class EmbeddedHousekeepingTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Readings_older_than_retention_go_and_the_others_stay()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.FromDays(2), MaxBatchReadings = 1_000_000 });
        var now = Ns(store.Clock.GetUtcNow());
        var hour = 3600L * 1_000_000_000;
        await store.WriteAsync(1, write =>
        {
            // 250,000 old ones: more than two steps of the deletion
            write.Add(store.Message(0, "d1", "", [], batch =>
            {
                for (var i = 0; i < 250_000; i++) batch.Add(StoreUnderTest.Reading(batch, "v", now - (49 * hour) - i, 1.0));
                batch.Add(StoreUnderTest.Reading(batch, "v", now - (47 * hour), 2.0));
                batch.Add(StoreUnderTest.Reading(batch, "v", now, 3.0));
            }));
        });

        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal<object>([2.0, 3.0], (await store.ReadAsync()).Select(reading => reading.Value));
        Assert.Equal(2, await store.CountAsync("reading_rows"));
        Assert.Equal(0, await store.CountAsync("late_keys"));
    }

    [Fact]
    public async Task A_clock_that_has_run_away_deletes_nothing()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.FromDays(2) });
        var twoYearsAgo = Ns(store.Clock.GetUtcNow() - TimeSpan.FromDays(730));
        await store.WriteAsync(0, "d1", ("v", twoYearsAgo - 1, 1.0), ("v", twoYearsAgo, 2.0));

        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(2, await store.CountAsync("reading_rows"));
    }

    [Fact]
    public async Task Without_retention_only_what_was_replaced_goes()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.Zero });
        await store.WriteAsync(0, "d1", ("v", 1, 1.0), ("v", 2, 1.0));
        await store.WriteAsync(1, "d1", ("v", 1, 2.0), ("v", 0, 3.0));
        var before = await store.TextAsync();

        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(["0 v 3", "1 v 2", "2 v 1"], before);
        Assert.Equal(before, await store.TextAsync());
        Assert.Equal(3, await store.CountAsync("reading_rows"));
        Assert.Equal(0, await store.CountAsync("late_keys"));
    }

    private static EmbeddedHousekeeping Housekeeping(StoreUnderTest store) =>
        new(store.Store, store.Options, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance);

    private static long Ns(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
