using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

/// <summary>Whatever the policy: what was handed over is stored, or it is counted, and the next batch tells.</summary>
public class OutboxPolicyTests
{
    private const string Home = "/outbox";
    private const int Each = 40;

    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly LossyDisk _disk = new(seed: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_full_outbox_refuses_is_told_with_the_next_batch_and_survives_a_restart()
    {
        var refused = 0;
        await using (var outbox = Open(OutboxPolicy.KeepOldest))
        {
            for (var i = 0; i < 2000; i++)
                if (!await outbox.StoreAsync(Readings(Each), Cancellation)) refused += Each;

            Assert.InRange(refused, Each, 2000 * Each);
            Acknowledge(outbox, outbox.Stored);
        }

        await using var again = Open(OutboxPolicy.KeepOldest);
        Assert.True(await again.StoreAsync(Readings(1), Cancellation));
        Assert.Equal((ulong)refused, Identities(again).Last().Given);
        Assert.Equal(0, again.GivenUp); // since this start
    }

    [Fact]
    public async Task Drop_oldest_takes_all_that_is_new_and_tells_what_went()
    {
        await using var outbox = Open(OutboxPolicy.DropOldest);
        for (var i = 0; i < 2000; i++) Assert.True(await outbox.StoreAsync(Readings(Each), Cancellation));

        var last = Identities(outbox).Last();
        Assert.Equal(2000UL, last.Seq);
        Assert.Equal(2000UL, outbox.Waiting + (last.First - 1));
        Assert.Equal((last.First - 1) * Each, last.Given);
        Assert.Equal(last.First, Identities(outbox).First().Seq);
        Assert.False(outbox.IsFull);
        Assert.Contains(_log.Lines, line => line.Contains("oldest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_acknowledged_or_under_way_is_not_counted_as_dropped()
    {
        await using var outbox = Open(OutboxPolicy.DropOldest);
        for (var i = 0; i < 20; i++) await outbox.StoreAsync(Readings(Each), Cancellation);
        outbox.Acknowledged.Add(new(3, 7));
        Assert.True(outbox.Acknowledged.TryBegin(9));
        while (outbox.Published < 20) await outbox.StoreAsync(Readings(Each), Cancellation);

        Assert.Equal((long)(outbox.Published - 5) * Each, outbox.GivenUp);
        Assert.False(outbox.Acknowledged.TryBegin(10)); // it is not there any more
    }

    [Fact]
    public async Task What_is_older_than_allowed_is_given_up_unsent_and_told()
    {
        await using var outbox = Open(OutboxPolicy.KeepOldest, maxAge: TimeSpan.FromHours(1));
        for (var minute = 0; minute < 120; minute++)
        {
            await outbox.StoreAsync(Readings(Each), Cancellation);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        var last = Identities(outbox).Last();
        Assert.InRange(outbox.Waiting, 60UL, 62UL);
        Assert.Equal((last.First - 1) * Each, last.Given);
        Assert.Contains(_log.Lines, line => line.Contains("older than 01:00:00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Much_that_is_too_old_goes_in_steps_one_with_each_batch_that_is_stored()
    {
        await using (var outbox = Open(OutboxPolicy.KeepOldest))
            for (var i = 0; i < 1000; i++) Assert.True(await outbox.StoreAsync(Readings(2), Cancellation));
        _clock.Advance(TimeSpan.FromHours(2));

        await using var again = Open(OutboxPolicy.KeepOldest, maxAge: TimeSpan.FromHours(1));
        for (var step = 1; step <= 4; step++)
        {
            Assert.True(await again.StoreAsync(Readings(1), Cancellation));
            Assert.Equal(Math.Min(1000UL, (ulong)step * 256), again.Published);
            Assert.Equal((long)again.Published * 2, again.GivenUp);
        }

        Assert.Single(_log.Lines, line => line.Contains("2000 readings older than 01:00:00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task How_full_it_is_can_be_told_while_the_disk_does_not_say_how_much_is_free()
    {
        using var directory = new TempDirectory();
        await using var outbox = Outbox.Open(directory["here"], Device, new() { ReserveBytes = 0 }, _clock, _log);
        Directory.Move(directory["here"], directory["away"]);
        var fill = outbox.Fill;
        Directory.Move(directory["away"], directory["here"]);

        Assert.InRange(fill, 0, 0.01);
    }

    private Outbox Open(OutboxPolicy policy, TimeSpan? maxAge = null) => Outbox.Open(
        Home, Device, new() { MaxBytes = 256 * 1024, SegmentBytes = 64 * 1024, ReserveBytes = 0, Policy = policy, MaxAge = maxAge }, _clock, _log, _disk);

    private ReadingBatch Readings(int count)
    {
        var (batch, now) = (new ReadingBatch(), _clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000);
        foreach (ref readonly var reading in BatcherTests.Readings(count).Readings)
        {
            batch.Add(reading with
            {
                Measurement = batch.AddText("pump"u8), Field = batch.AddText("value"u8), Unit = batch.AddText("Cel"u8), TimeNs = now,
                Number = Random.Shared.NextDouble(), // nothing to pack
            });
        }

        return batch;
    }

    private static void Acknowledge(Outbox outbox, ulong next)
    {
        outbox.Acknowledged.Add(new(0, next));
        outbox.Checkpoint();
    }

    private static IEnumerable<BatchIdentity> Identities(Outbox outbox)
    {
        using var reader = outbox.OpenReader(outbox.Published);
        while (reader.TryRead(out var record)) yield return Recorder.Decode(Device, record.Payload.ToArray()).Identity!.Value;
    }
}
