using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.StoreAndForward;

public partial class OutboxTests
{
    private const string Home = "/outbox";

    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private LossyDisk _disk = new(seed: 1);

    [Fact]
    public async Task Batches_are_numbered_from_one_and_their_bytes_carry_the_number()
    {
        await using var outbox = Open();
        await StoreAsync(outbox, 3);

        Assert.Equal([1ul, 2ul, 3ul], Identities(outbox).Select(identity => identity.Seq));
        Assert.All(Identities(outbox), identity => Assert.Equal(outbox.Epoch.Number, identity.Epoch));
    }

    [Fact]
    public async Task After_a_clean_stop_the_numbers_go_on_in_the_same_epoch()
    {
        ulong epoch;
        await using (var outbox = Open())
        {
            await StoreAsync(outbox, 2);
            epoch = outbox.Epoch.Number;
        }

        await using var again = Open();
        await StoreAsync(again, 1);

        Assert.Equal(epoch, again.Epoch.Number);
        Assert.Equal([1ul, 2ul, 3ul], Identities(again).Select(identity => identity.Seq));
    }

    [Fact]
    public async Task The_lowest_number_still_held_is_told()
    {
        await using var outbox = Open();
        await StoreAsync(outbox, 3);
        Acknowledge(outbox, 2);
        await StoreAsync(outbox, 1);

        Assert.Equal(3ul, Identities(outbox).Last().First);
        Assert.Equal(2ul, outbox.Waiting);
    }

    [Fact]
    public async Task A_torn_tail_starts_a_new_epoch_and_what_was_stored_before_is_still_published()
    {
        ulong epoch;
        await using (var outbox = Open())
        {
            await StoreAsync(outbox, 3);
            epoch = outbox.Epoch.Number;
        }

        TearTail();
        await using var again = Open();
        await StoreAsync(again, 1);

        Assert.NotEqual(epoch, again.Epoch.Number);
        Assert.Equal(
            [new(epoch, 1, 1), new(epoch, 2, 1), new BatchIdentity(again.Epoch.Number, 1, 1)],
            Identities(again));
        Assert.Contains(_log.Lines, line => line.Contains("not as it was left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cursor_beyond_the_end_starts_a_new_epoch()
    {
        ulong epoch;
        await using (var outbox = Open())
        {
            await StoreAsync(outbox, 3);
            Acknowledge(outbox, 3);
            epoch = outbox.Epoch.Number;
        }

        TearTail(); // a disk that lied: the third batch was acknowledged and is gone
        await using var again = Open();
        await StoreAsync(again, 1);

        Assert.NotEqual(epoch, again.Epoch.Number);
        Assert.Equal(new BatchIdentity(again.Epoch.Number, 1, 1), Assert.Single(Identities(again)));
    }

    [Fact]
    public async Task A_damaged_epoch_file_starts_a_new_epoch()
    {
        ulong epoch;
        await using (var outbox = Open())
        {
            await StoreAsync(outbox, 1);
            epoch = outbox.Epoch.Number;
        }

        var bytes = _disk.ReadAllBytes(Home + "/epoch");
        bytes[7] ^= 1;
        _disk.WriteAllBytes(Home + "/epoch", bytes);
        await using var again = Open();
        await StoreAsync(again, 1);

        Assert.NotEqual(epoch, again.Epoch.Number);
        Assert.Equal([1ul, 1ul], Identities(again).Select(identity => identity.Seq));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_written_is_given_up_and_the_next_is_stored()
    {
        await using var outbox = Open();
        var impossible = BatcherTests.Readings(3);
        impossible.Replace(1, impossible.Readings[1] with { TimeNs = 1_764_000_000 });
        Assert.False(await outbox.StoreAsync(impossible, TestContext.Current.CancellationToken));
        await StoreAsync(outbox, 1);

        Assert.Equal(1ul, Assert.Single(Identities(outbox)).Seq);
        Assert.Equal(3, outbox.GivenUp);
        Assert.Contains(_log.Lines, line => line.Contains("3 readings are lost, their batch cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_outbox_keeps_what_it_has_counts_what_it_gives_up_and_takes_again_when_there_is_room()
    {
        await using var outbox = Open(maxBytes: 64 * 1024);
        var stored = 0;
        while (await outbox.StoreAsync(BatcherTests.Readings(100), TestContext.Current.CancellationToken)) stored++;

        Assert.True(outbox.IsFull);
        Assert.Equal(100, outbox.GivenUp);
        Assert.False(await outbox.StoreAsync(BatcherTests.Readings(7), TestContext.Current.CancellationToken));
        Assert.Equal(107, outbox.GivenUp);
        Assert.Equal(stored, Identities(outbox).Count());
        Assert.Single(_log.Lines, line => line.Contains("is full", StringComparison.Ordinal));

        Acknowledge(outbox, outbox.Stored);
        await StoreAsync(outbox, 1);
        Assert.False(outbox.IsFull);
        Assert.Equal((ulong)stored + 1, Identities(outbox).Single().Seq); // nothing was numbered that was not stored
    }

    [Fact]
    public async Task A_disk_that_fails_costs_the_batch_at_hand_and_never_a_number_twice()
    {
        await using var outbox = Open();
        await StoreAsync(outbox, 1);
        _disk.FailingSyncs = 1;
        Assert.False(await outbox.StoreAsync(BatcherTests.Readings(5), TestContext.Current.CancellationToken));
        await StoreAsync(outbox, 1);

        Assert.Equal(5, outbox.GivenUp);
        Assert.Equal([1ul, 2ul], Identities(outbox).Select(identity => identity.Seq));
    }

    [Fact]
    public async Task Whenever_the_power_goes_one_identity_never_stands_for_two_contents()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            _disk = new(seed);
            var published = new Dictionary<BatchIdentity, byte[]>();
            for (var life = 0; life < 6; life++) await LiveAndDieAsync(random, published);
        }
    }

    private async Task LiveAndDieAsync(Random random, Dictionary<BatchIdentity, byte[]> published)
    {
        _disk.CutPowerAfter(random.Next(8, 60));
        try
        {
            await using var outbox = Open(maxBytes: 256 * 1024);
            using var reader = outbox.OpenReader(outbox.Published);
            for (var i = 0; i < 20; i++)
            {
                await outbox.StoreAsync(BatcherTests.Readings(random.Next(1, 40)), TestContext.Current.CancellationToken);
                while (reader.TryRead(out var record)) // a reader sees what is durable: that is what may be published
                {
                    var bytes = record.Payload.ToArray();
                    var identity = Identity(bytes) with { First = 0 };
                    if (!published.TryAdd(identity, bytes)) Assert.Equal(published[identity], bytes);
                    if (random.Next(3) == 0) Acknowledge(outbox, record.Offset + 1);
                }
            }
        }
        catch (IOException)
        {
            // the power is gone
        }

        _disk = _disk.CutPower();
    }

    private Outbox Open(long maxBytes = 1 << 20) =>
        Outbox.Open(Home, Device, new() { MaxBytes = maxBytes, SegmentBytes = 64 * 1024, ReserveBytes = 0 }, _clock, _log, _disk);

    private static async Task StoreAsync(Outbox outbox, int batches)
    {
        for (var i = 0; i < batches; i++)
            Assert.True(await outbox.StoreAsync(BatcherTests.Readings(3), TestContext.Current.CancellationToken));
    }

    private static void Acknowledge(Outbox outbox, ulong next)
    {
        outbox.Acknowledged.Add(new(0, next));
        outbox.Checkpoint();
    }

    private void TearTail()
    {
        var segment = _disk.Files.Last(file => file.EndsWith(".segment", StringComparison.Ordinal));
        _disk.WriteAllBytes(segment, _disk.ReadAllBytes(segment)[..^5]);
    }

    private static IEnumerable<BatchIdentity> Identities(Outbox outbox)
    {
        using var reader = outbox.OpenReader(outbox.Published);
        while (reader.TryRead(out var record)) yield return Identity(record.Payload.ToArray());
    }

    private static BatchIdentity Identity(byte[] payload) => Recorder.Decode(Device, payload).Identity!.Value;
}
