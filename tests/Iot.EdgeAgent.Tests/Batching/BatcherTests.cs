using Iot.EdgeAgent.Batching;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Batching;

public sealed class BatcherTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private Batcher _batcher = null!;

    public void Dispose() => _batcher?.Dispose();

    [Fact]
    public async Task A_batch_is_closed_when_its_oldest_reading_is_of_age()
    {
        Use(new());
        _batcher.Add(Readings(2));
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        _batcher.Add(Readings(1));
        var next = NextAsync();
        Assert.False(next.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(3, (await next)!.Count);
    }

    [Fact]
    public async Task Times_of_two_sources_never_share_a_batch()
    {
        Use(new());
        foreach (var state in new[] { ClockState.Rebased, ClockState.Rebased, ClockState.Gateway })
        {
            var round = Readings(2);
            round.Clock = new(state, double.NaN);
            _batcher.Add(round);
        }

        _batcher.Complete();
        Assert.Equal((4, ClockState.Rebased), (await NextAsync()) is { } first ? (first.Count, first.Clock!.Value.State) : default);
        Assert.Equal((2, ClockState.Gateway), (await NextAsync()) is { } second ? (second.Count, second.Clock!.Value.State) : default);
    }

    [Fact]
    public async Task A_batch_is_closed_when_it_has_enough_readings_and_the_rest_goes_into_the_next()
    {
        Use(new() { MaxReadings = 10 });
        _batcher.Add(Readings(25));

        Assert.Equal(Enumerable.Range(0, 10), Numbers(await NextAsync()));
        Assert.Equal(Enumerable.Range(10, 10), Numbers(await NextAsync()));
        var last = NextAsync();
        Assert.False(last.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(20, 5), Numbers(await last));
    }

    [Fact]
    public async Task A_batch_is_closed_before_it_has_too_many_bytes()
    {
        Use(new() { MaxBytes = 1024 });
        _batcher.Add(Readings(100));

        var first = (await NextAsync())!;
        Assert.InRange(first.Count, 10, 30);
        Assert.Equal("pump", first.Text(first.Readings[0].Measurement));
        Assert.Equal("value", first.Text(first.Readings[^1].Field));
    }

    [Fact]
    public async Task When_the_disk_does_not_keep_up_sensors_do_not_wait_and_what_is_given_up_is_counted()
    {
        Use(new() { MaxReadings = 10 });
        _batcher.Add(Readings(1000));
        Assert.Equal(1000 - 10 * (_batcher.MaxClosed + 1), _batcher.GivenUp); // one more is open

        var kept = new List<int>();
        for (var i = 0; i <= _batcher.MaxClosed; i++)
        {
            var batch = await NextAsync();
            kept.AddRange(Numbers(batch));
            _batcher.Recycle(batch!);
        }

        Assert.Equal(Enumerable.Range(0, 10 * (_batcher.MaxClosed + 1)), kept);
        _batcher.Add(Readings(10));
        Assert.Equal(10, (await NextAsync())!.Count);
    }

    [Fact]
    public void What_a_program_may_print_at_once_has_room()
    {
        Use(new());
        _batcher.Add(Readings(10_000));
        Assert.Equal(0, _batcher.GivenUp);
    }

    [Theory]
    [InlineData(1024, 32), InlineData(192 * 1024, 8)]
    public void What_waits_is_bounded_however_large_a_batch_may_be(int maxBytes, int batches)
    {
        Use(new() { MaxBytes = maxBytes });
        Assert.Equal(batches, _batcher.MaxClosed);
    }

    [Fact]
    public async Task Completing_closes_what_is_open_and_then_ends()
    {
        Use(new());
        _batcher.Add(Readings(3));
        _batcher.Complete();

        Assert.Equal(3, (await NextAsync())!.Count);
        Assert.Null(await NextAsync());
        _batcher.Add(Readings(2));
        Assert.Equal(2, _batcher.GivenUp);
    }

    private void Use(BatchingOptions options) => _batcher = new(options, _clock);

    private Task<ReadingBatch?> NextAsync() => _batcher.NextAsync(TestContext.Current.CancellationToken).AsTask();

    private static IEnumerable<int> Numbers(ReadingBatch? batch) => batch!.Readings.ToArray().Select(reading => (int)reading.Number);

    internal static ReadingBatch Readings(int count)
    {
        var batch = new ReadingBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Add(new()
            {
                Measurement = batch.AddText("pump"u8),
                Field = batch.AddText("value"u8),
                Unit = batch.AddText("Cel"u8),
                TimeNs = 1_767_225_600_000_000_000 + i * 1_000_000L,
                Number = i,
                Sum = double.NaN,
                Kind = ReadingKind.Float,
            });
        }

        return batch;
    }
}
