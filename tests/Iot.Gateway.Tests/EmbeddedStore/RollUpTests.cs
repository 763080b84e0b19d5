using CsCheck;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class RollUpTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private const long Hour = 3600 * Second;
    private static readonly long Start = new DateTimeOffset(2025, 12, 31, 20, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * Second;

    /// <summary>Whole numbers, whose sums are exact in any order; times in four hours, many of them the same, some of them not over yet.</summary>
    private static readonly Gen<(string Field, long TimeNs, object Value)> Readings = Gen.Select(
        Gen.OneOf(Gen.Const("a"), Gen.Const("b")), Gen.Int[-950, 10].Select(i => i * 15 * Second),
        Gen.OneOf<object>(Gen.Int[-5, 5].Select(i => (object)(double)i), Gen.Bool.Select(b => (object)b), Gen.OneOf(Gen.Const<object>("x"), Gen.Const<object>("y"))));

    /// <summary>What happens: a message, the same offset again by a replay, a round of housekeeping.</summary>
    private static readonly Gen<(int What, (string Field, long TimeNs, object Value)[] Readings)> Acts = Gen.Select(Gen.Int[0, 4], Readings.Array[0, 20]);

    private readonly TempDirectory _directory = new();
    private ulong _offset;
    private int _device;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Roll_ups_say_the_same_as_the_readings_whatever_comes_late_again_or_instead()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.Zero });
        await Gen.Select(Acts.Array[1, 10], Gen.Int[-950, 10], Gen.Int[1, 500], Gen.OneOf(Gen.Const(1), Gen.Const(7), Gen.Const(60), Gen.Const(120)), Gen.Enum<Aggregate>()).SampleAsync(
            async (acts, from, length, minutes, aggregate) =>
            {
                var (device, now) = ($"d{_device++}", Ns(store));
                await PlayAsync(store, device, acts);

                await AgreeAsync(store, device, now + (from * 15 * Second), now + ((from + length) * 15 * Second), TimeSpan.FromMinutes(minutes), aggregate);
                store.Clock.Advance(TimeSpan.FromHours(2)); // the last hours have ended
                await Housekeeping(store).RoundAsync(CancellationToken.None);
                await AgreeAsync(store, device, long.MinValue, long.MaxValue, TimeSpan.FromMinutes(minutes), aggregate);
                Assert.Equal(0, await store.CountAsync("unrolled"));
            }, iter: 40, threads: 1);
    }

    [Fact]
    public void Messages_of_a_busy_minute_are_no_reason_to_leave_the_roll_ups_and_readings_that_are_gone_are_asked_of_nothing_else()
    {
        var today = new ReadingQuery(null, null, null, Start, Start + Hour, null, Aggregate.Mean, 1);

        Assert.True(new RollUpState(Collected: 100_000_000, Next: 101_000_000, RawFrom: 0).Answers(today));
        Assert.False(new RollUpState(Collected: 0, Next: 100_000_000, RawFrom: 0).Answers(today));
        Assert.True(new RollUpState(Collected: 0, Next: 100_000_000, RawFrom: Start + 1).Answers(today));
    }

    [Fact]
    public async Task A_minute_is_made_once_it_has_ended_and_again_when_a_late_reading_comes()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (2 * Hour), 1.0), ("v", now - (2 * Hour) + 1, 3.0), ("v", now + 1, 9.0));

        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(1, await store.CountAsync("minutes WHERE mean = 2 AND readings = 2 AND min = 1 AND max = 3 AND last = 3"));
        Assert.Equal(1, await store.CountAsync("minutes"));
        Assert.Equal(1, await store.CountAsync("hours WHERE mean = 2"));

        await store.WriteAsync(1, "d1", ("v", now - (2 * Hour) + 2, 5.0), ("v", now - (2 * Hour), 7.0)); // one more, one instead
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(1, await store.CountAsync("minutes WHERE mean = 5 AND readings = 3 AND min = 3 AND max = 7 AND last = 5"));
        Assert.Equal(1, await store.CountAsync("hours WHERE mean = 5"));
        Assert.Equal(1, await store.CountAsync("minutes"));
    }

    [Fact]
    public async Task A_range_that_holds_no_whole_hour_or_minute_is_counted_right()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        var now = Ns(store);
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 480).Select(i => ("v", now - (3 * Hour) + (i * 15 * Second), (object)(double)i))]);
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        foreach (var seconds in new[] { 5, 40, 75, 45 * 60, 65 * 60, 150 * 60 })
        {
            for (var from = 0; from < 3600; from += 385)
                await AgreeAsync(store, "d1", now - (3 * Hour) + (from * Second), now - (3 * Hour) + ((from + seconds) * Second), TimeSpan.FromHours(1), Aggregate.Count);
        }
    }

    [Fact]
    public async Task Minutes_and_hours_outlive_the_readings_and_what_comes_later_than_that_changes_nothing()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RetainFor = TimeSpan.FromHours(3) });
        var now = Ns(store);
        await store.WriteAsync(0, "d1", ("v", now - (5 * Hour), 1.0), ("v", now - (5 * Hour) + 1, 3.0), ("v", now, 9.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(1, await store.CountAsync("readings"));

        await store.WriteAsync(1, "d1", ("v", now - (5 * Hour) + 2, 100.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(1, await store.CountAsync("readings"));
        Assert.Equal<object>([2.0, 9.0], (await store.ReadAsync(every: TimeSpan.FromMinutes(1))).Select(row => row.Value));
        Assert.Equal<object>([2.0, 9.0], (await store.ReadAsync(every: TimeSpan.FromHours(1))).Select(row => row.Value));
        Assert.Equal(now, Assert.Single(await store.Queries.SeriesAsync(CancellationToken.None)).LastNs);
    }

    [Fact]
    public async Task What_a_replay_or_a_repeated_write_brings_back_behind_the_cursor_is_rolled_up_too()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        var time = Ns(store) - (2 * Hour);
        await store.WriteAsync(0, "d1", ("v", time, 1.0));
        await store.WriteAsync(1, "d1", ("v", time + 1, 3.0));
        await store.Store.WriteAsync(connection => connection.Execute("DELETE FROM reading_rows WHERE journal_offset = 0"), CancellationToken.None); // as an old copy of the file would lack them
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(1, await store.CountAsync("minutes WHERE readings = 1 AND mean = 3"));

        await ReplayAsync(store, "d1", 0, [("v", time, 1.0)]);
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(1, await store.CountAsync("minutes WHERE readings = 2 AND mean = 2"));

        await store.WriteAsync(1, "d1", ("v", time + 1, 3.0), ("v", time + 2, 8.0));
        await Housekeeping(store).RoundAsync(CancellationToken.None);
        Assert.Equal(1, await store.CountAsync("minutes WHERE readings = 3 AND mean = 4"));
        Assert.Equal(1, await store.CountAsync("hours WHERE readings = 3 AND mean = 4"));
    }

    [Fact]
    public async Task Switched_off_they_are_not_made_and_not_asked()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { RollUps = false });
        await store.WriteAsync(0, "d1", ("v", Start, 1.0), ("v", Start + 1, 3.0));

        await Housekeeping(store).RoundAsync(CancellationToken.None);

        Assert.Equal(0, await store.CountAsync("minutes"));
        Assert.Equal<object>([2.0], (await store.ReadAsync(every: TimeSpan.FromMinutes(1))).Select(row => row.Value));
    }

    private async Task PlayAsync(StoreUnderTest store, string device, (int What, (string Field, long TimeNs, object Value)[] Readings)[] acts)
    {
        var first = _offset;
        var now = Ns(store);
        var written = new List<(string Field, long TimeNs, object Value)[]>();
        foreach (var (what, relative) in acts)
        {
            (string Field, long TimeNs, object Value)[] readings = [.. relative.Select(reading => (reading.Field, now + reading.TimeNs, reading.Value))];
            var before = readings.Length % Math.Max(1, written.Count);
            switch (what)
            {
                case 0:
                    await Housekeeping(store).RoundAsync(CancellationToken.None);
                    break;
                case 1 when written.Count > 0:
                    await ReplayAsync(store, device, first + (ulong)before, written[before]);
                    break;
                case 2 when written.Count > 0: // a write that is tried again after a crash
                    await store.WriteAsync(_offset - 1, device, written[^1]);
                    break;
                default:
                    await store.WriteAsync(_offset++, device, readings);
                    written.Add(readings);
                    break;
            }
        }
    }

    private static async Task ReplayAsync(StoreUnderTest store, string device, ulong offset, (string Field, long TimeNs, object Value)[] readings)
    {
        using var write = store.Sink.BeginReplay();
        write.Add(store.Message(offset, device, readings));
        await write.SendAsync(offset + 1, CancellationToken.None);
    }

    private static async Task AgreeAsync(StoreUnderTest store, string device, long from, long to, TimeSpan every, Aggregate aggregate)
    {
        using var raw = new EmbeddedQueries(store.Store, store.Options with { RollUps = false }, TimeProvider.System);
        var query = new ReadingQuery(DeviceId.Parse(device), null, null, from, to, every, aggregate, 1_000_000);
        Assert.Equal(await ListAsync(raw, query), await ListAsync(store.Queries, query));
    }

    private static async Task<List<(string, long, object)>> ListAsync(EmbeddedQueries queries, ReadingQuery query)
    {
        var rows = new List<(string, long, object)>();
        await foreach (var row in queries.ReadingsAsync(query, CancellationToken.None)) rows.Add((row.Field, row.TimeNs, row.Value));
        return rows;
    }

    private static long Ns(StoreUnderTest store) => (store.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static EmbeddedHousekeeping Housekeeping(StoreUnderTest store) =>
        new(store.Store, store.Options, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance);
}
