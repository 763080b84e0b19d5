using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Publishing;

public sealed class LanesTests : IAsyncDisposable
{
    private const string Home = "/outbox";

    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly LossyDisk _disk = new(seed: 1);
    private Outbox _outbox;
    private Lanes _lanes;

    public LanesTests() => (_outbox, _lanes) = Open();

    public async ValueTask DisposeAsync()
    {
        _lanes.Dispose();
        await _outbox.DisposeAsync();
    }

    [Fact]
    public async Task A_few_batches_go_in_one_row()
    {
        await StoreAsync(Lanes.MostBehind);

        Assert.Equal(Numbers(0, 32), Take(_lanes.NextLive));
        Assert.Null(_lanes.NextBacklog());
    }

    [Fact]
    public async Task After_an_outage_new_batches_go_first_and_the_old_ones_beside_them_each_in_order()
    {
        await StoreAsync(100);
        Assert.Null(_lanes.NextLive());
        await StoreAsync(5);

        Assert.Equal(Numbers(100, 105), Take(_lanes.NextLive));
        Assert.Equal(Numbers(0, 100), Take(_lanes.NextBacklog));
        Assert.Equal(105UL, _outbox.Acknowledged.Floor);
        Assert.Equal(0, _outbox.Acknowledged.Ranges);
        Assert.Equal(0UL, _outbox.Waiting);
    }

    [Fact]
    public async Task Outages_nest_and_nothing_is_sent_twice()
    {
        var sent = new List<ulong>();
        for (var outage = 0; outage < 6; outage++)
        {
            await StoreAsync(50);
            _lanes.StartOver();
            Assert.Null(_lanes.NextLive());
            await StoreAsync(4);
            sent.AddRange(Take(_lanes.NextLive));
            sent.AddRange(Take(_lanes.NextBacklog, most: 10));
        }

        Assert.Equal(5, _outbox.Acknowledged.Ranges); // the backlog has reached the second outage
        sent.AddRange(Take(_lanes.NextBacklog));
        Assert.Equal(Numbers(0, 6 * 54), sent.Order());
        Assert.Equal(0UL, _outbox.Waiting);
    }

    [Fact]
    public async Task After_a_restart_only_what_was_not_acknowledged_is_sent()
    {
        await StoreAsync(100);
        _lanes.NextLive();
        await StoreAsync(4);
        Take(_lanes.NextLive);
        Take(_lanes.NextBacklog, most: 30);
        _outbox.Checkpoint();
        await DisposeAsync();
        (_outbox, _lanes) = Open();

        Assert.Equal(70UL, _outbox.Waiting);
        Assert.Null(_lanes.NextLive());
        Assert.Equal(Numbers(30, 100), Take(_lanes.NextBacklog));
    }

    [Fact]
    public async Task What_a_lost_connection_did_not_acknowledge_is_sent_again_and_the_rest_is_not()
    {
        await StoreAsync(10);
        var sent = Numbers(0, 5).Select(_ => _lanes.NextLive()!).ToList();
        _lanes.Acknowledge(sent[1]);
        _lanes.Acknowledge(sent[3]);
        _lanes.StartOver();
        _lanes.Acknowledge(sent[4]); // an answer that comes late is as good

        Assert.Equal([0UL, 2, 5, 6, 7, 8, 9], Take(_lanes.NextLive));
    }

    [Fact]
    public async Task A_refused_batch_goes_again_before_younger_ones_and_those_under_way_are_left_alone()
    {
        await StoreAsync(4);
        var sent = Numbers(0, 3).Select(_ => _lanes.NextLive()!).ToList();
        _lanes.Refuse(sent[1]);

        Assert.Equal([1UL, 3], Take(_lanes.NextLive));
        Assert.Equal(2UL, _outbox.Waiting);
    }

    [Fact]
    public async Task A_batch_refused_after_the_live_lane_went_on_without_it_is_backlog()
    {
        await StoreAsync(4);
        var early = _lanes.NextLive()!;
        await StoreAsync(60);
        Assert.Null(_lanes.NextLive());
        Assert.Equal(Numbers(1, 64), Take(_lanes.NextBacklog)); // not the one under way
        _lanes.Refuse(early);

        Assert.Null(_lanes.NextLive());
        Assert.Equal([0UL], Take(_lanes.NextBacklog));
        Assert.Equal(0UL, _outbox.Waiting);
    }

    [Fact]
    public async Task A_link_too_slow_for_all_that_is_new_gets_the_newest()
    {
        await StoreAsync(10);
        Take(_lanes.NextLive);
        await StoreAsync(Lanes.MostBehind + 1);
        Assert.Null(_lanes.NextLive());
        await StoreAsync(1);

        Assert.Equal(10 + Lanes.MostBehind + 1, _lanes.NextLive()!.Offset);
        Assert.Equal(10UL, _lanes.NextBacklog()!.Offset);
    }

    [Fact]
    public async Task However_often_the_link_goes_the_ranges_stay_few_and_all_arrives()
    {
        var sent = new List<ulong>();
        for (var outage = 0; outage < 30; outage++)
        {
            await StoreAsync(40);
            _lanes.StartOver();
            sent.AddRange(Take(_lanes.NextLive, most: 3));
            await StoreAsync(2);
            sent.AddRange(Take(_lanes.NextLive, most: 3));
            Assert.InRange(_outbox.Acknowledged.Ranges, 0, 8);
        }

        while (_outbox.Waiting > 0) sent.AddRange([.. Take(_lanes.NextLive), .. Take(_lanes.NextBacklog)]);
        Assert.Equal(Numbers(0, 30 * 42), sent.Order());
    }

    [Fact]
    public async Task Batches_that_damage_took_are_named_and_passed_over()
    {
        await StoreAsync(80);
        Assert.Null(_lanes.NextLive());
        var segment = _disk.Files.First(file => file.EndsWith(".segment", StringComparison.Ordinal));
        var bytes = _disk.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 1;
        _disk.WriteAllBytes(segment, bytes);

        Assert.Equal(79, Take(_lanes.NextBacklog).Count);
        Assert.Equal(0UL, _outbox.Waiting);
        Assert.Single(_log.Lines, line => line.Contains("damaged and lost", StringComparison.Ordinal));
    }

    private (Outbox Outbox, Lanes Lanes) Open()
    {
        var outbox = Outbox.Open(Home, Device, new() { MaxBytes = 1 << 20, SegmentBytes = 64 * 1024, ReserveBytes = 0 }, _clock, _log, _disk);
        return (outbox, new(outbox, Device, mostRanges: 8, _clock, _log));
    }

    private async Task StoreAsync(ulong batches)
    {
        for (var i = 0UL; i < batches; i++) Assert.True(await _outbox.StoreAsync(BatcherTests.Readings(3), TestContext.Current.CancellationToken));
    }

    /// <summary>Sends and acknowledges, one after the other.</summary>
    private List<ulong> Take(Func<PendingBatch?> next, int most = int.MaxValue)
    {
        var taken = new List<ulong>();
        while (taken.Count < most && next() is { } batch)
        {
            taken.Add(batch.Offset);
            _lanes.Acknowledge(batch);
        }

        return taken;
    }

    private static IEnumerable<ulong> Numbers(ulong from, ulong to)
    {
        for (var number = from; number < to; number++) yield return number;
    }
}
