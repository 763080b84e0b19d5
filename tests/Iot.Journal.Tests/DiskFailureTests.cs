using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

public sealed class DiskFailureTests
{
    private readonly LossyDisk _disk = new(seed: 5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_fsync_acknowledges_nothing_and_the_offsets_are_given_again()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);
        _disk.FailingSyncs = 1;
        var failed = await journal.AppendAsync("lost");

        await Assert.ThrowsAsync<DiskException>(() => failed.Durable);
        Assert.Equal((5UL, 5UL), (failed.Offset, journal.NextOffset));
        Assert.Equal(5UL, await journal.AppendDurablyAsync("kept"));
        Assert.Equal("kept", journal.ReadAll()[^1].Payload);
        Assert.Equal(Range(0, 6), journal.Offsets());
        Assert.Equal(1, journal.Counters.FailedGroups);
    }

    [Fact]
    public async Task The_segment_of_a_failed_fsync_is_never_written_again()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);
        _disk.FailingSyncs = 1;
        await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync("lost"));
        await journal.FillAsync(5);

        Assert.Equal(
            ["/journal/00000000000000000000.segment", "/journal/00000000000000000005.segment"], _disk.Segments());
    }

    [Fact]
    public async Task All_that_is_in_flight_fails_together()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);
        _disk.HoldSyncs();
        _disk.FailingSyncs = 1;
        var written = await journal.AppendAsync("being written");
        await _disk.SyncHeldAsync(Stop);
        var filling = await journal.AppendAsync("waiting for its turn");
        _disk.ReleaseSyncs();

        await Assert.ThrowsAsync<DiskException>(() => written.Durable);
        await Assert.ThrowsAsync<DiskException>(() => filling.Durable);
        await journal.FillAsync(2);
        Assert.Equal(Range(0, 7), journal.Offsets());
    }

    [Fact]
    public async Task A_disk_that_always_fails_acknowledges_nothing_and_one_that_heals_goes_on()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(1);
        _disk.FailingSyncs = int.MaxValue;
        for (var i = 0; i < 20; i++) await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync("never"));
        Assert.Equal(1UL, journal.NextOffset);

        _disk.FailingSyncs = 0;
        await journal.FillAsync(50);
        Assert.Equal(Range(0, 51), journal.Offsets());
        Assert.All(journal.ReadAll(), record => Assert.Equal(Numbered(record.Offset), record.Payload));
    }

    [Fact]
    public async Task What_a_failed_fsync_left_behind_is_not_taken_for_a_record_after_a_power_cut()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = new LossyDisk(seed);
            var journal = disk.Open();
            await journal.FillAsync(5);
            disk.FailingSyncs = 2; // the cut back fails as well
            await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync("stale"));
            await journal.FillAsync(3);

            await using var again = disk.CutPower().Open();
            Assert.Equal(Range(0, 8), again.Offsets());
            Assert.DoesNotContain("stale", again.ReadAll().Select(record => record.Payload));
            Assert.Empty(again.Damage);
            await journal.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_failed_write_is_like_a_failed_fsync()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);
        _disk.FailingWrites = 1;
        await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync("torn"));
        await journal.FillAsync(5);

        Assert.Equal(Range(0, 10), journal.Offsets());
    }

    [Fact]
    public async Task A_segment_that_cannot_be_begun_is_begun_again()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(33);
        _disk.FailingSyncs = 1; // of the second segment's header
        await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync(Numbered(33)));
        await journal.FillAsync(33);

        Assert.Equal(Range(0, 66), journal.Offsets());
        Assert.Equal(2, _disk.Segments().Count);
    }

    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    public async Task No_space_and_no_quota_refuse_and_it_resumes_when_there_is_some(int errno)
    {
        _disk.FullErrno = errno;
        var clock = new FakeTimeProvider();
        await using var journal = _disk.Open(clock: clock);
        await journal.FillAsync(5);
        _disk.CapacityBytes = _disk.ReadAllBytes(_disk.Segments()[0]).Length + 50; // somebody else filled the disk

        var ticket = await journal.AppendAsync(Numbered(5)); // free space was looked up before
        await Assert.ThrowsAsync<DiskException>(() => ticket.Durable);
        Assert.True(journal.IsFull);
        Assert.True((await journal.AppendAsync(Numbered(5))).IsFull);
        Assert.Equal(Range(0, 5), journal.Offsets());

        _disk.CapacityBytes = 1 << 20;
        clock.Advance(TimeSpan.FromMilliseconds(100));
        await journal.FillAsync(5);
        Assert.Equal(Range(0, 10), journal.Offsets());
    }

    [Fact]
    public async Task A_segment_that_cannot_be_deleted_now_is_deleted_later()
    {
        var clock = new FakeTimeProvider();
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.Zero }, clock);
        await journal.FillAsync(101); // the third segment is closed by the 100th, and with the 101st also what follows on that
        clock.Advance(TimeSpan.FromHours(1));
        _disk.FailingDeletes = 1;
        var cursor = journal.OpenCursor("sink");
        cursor.Checkpoint(99);
        Assert.Equal(0UL, journal.FirstOffset);

        cursor.Checkpoint(100);
        Assert.Equal(99UL, journal.FirstOffset);
    }
}
