using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

/// <summary>What a replay writes into the store, one message at a time.</summary>
public sealed class ReplayWriteTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_replayed_message_replaces_its_own_rows_alone_and_hides_no_later_ones()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.Zero });
        await store.WriteAsync(1, "d1", ("v", 10, 1.0), ("v", 11, 1.0));
        await store.WriteAsync(2, "d2", ("v", 10, 5.0));
        await store.WriteAsync(3, "d1", ("v", 10, 2.0));
        await store.WriteAsync(4, "d2", ("v", 20, 6.0));
        await new EmbeddedHousekeeping(store.Store, store.Options, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance).RoundAsync(CancellationToken.None); // the late key of offset 3 is gone with the row it replaced

        for (var time = 0; time < 2; time++)
        {
            using var replay = store.Sink.BeginReplay();
            replay.Add(store.Message(1, "d1", [("v", 10, 1.0), ("v", 11, 7.0)]));
            replay.Add(store.Message(3, "d1", [("v", 10, 2.0)]));
            await replay.SendAsync(9, CancellationToken.None);
        }

        Assert.Equal(["10 v 2", "11 v 7", "10 v 5", "20 v 6"], await store.TextAsync());
        Assert.Equal(4, await store.CountAsync("reading_rows"));
        await store.WriteAsync(5, "d1", ("v", 30, 8.0));
        Assert.Equal(5, await store.CountAsync("readings"));
    }

    [Fact]
    public async Task A_replay_leaves_the_unit_of_a_series_to_its_newest_reading()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        foreach (var (offset, unit) in new[] { (0UL, "degF"), (1UL, "Cel") })
        {
            await store.WriteAsync(offset + 1, write => write.Add(store.Message(offset, "d1", "", [], batch =>
                batch.Add(StoreUnderTest.Reading(batch, "t", (long)offset, 1.0, unit)))));
        }

        using var replay = store.Sink.BeginReplay();
        replay.Add(store.Message(0, "d1", "", [], batch => batch.Add(StoreUnderTest.Reading(batch, "t", 0, 1.0, "degF"))));
        await replay.SendAsync(1, CancellationToken.None);

        Assert.Equal("Cel", Assert.Single(await store.Queries.SeriesAsync(CancellationToken.None)).Unit);
    }
}
