using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

public sealed class ReclaimTests
{
    private readonly LossyDisk _disk = new(seed: 4);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Nothing_goes_before_every_cursor_has_passed_it()
    {
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.Zero }, _clock);
        journal.OpenCursor("slow", startAt: 0);
        var fast = journal.OpenCursor("fast");
        await journal.FillAsync(100);
        _clock.Advance(TimeSpan.FromHours(1));
        fast.Checkpoint(100);
        Assert.Equal(0UL, journal.FirstOffset);

        Assert.Equal(journal.Bytes, journal.HeldBytes);

        journal.OpenCursor("slow").Checkpoint(65);
        Assert.Equal(33UL, journal.FirstOffset);
        journal.OpenCursor("slow").Checkpoint(66);
        Assert.Equal(66UL, journal.FirstOffset);
        Assert.Equal(Range(66, 100), journal.Offsets(66));
        Assert.Equal(2, journal.Counters.SegmentsRemoved);
    }

    [Fact]
    public async Task Without_a_cursor_nothing_goes()
    {
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.Zero }, _clock);
        await journal.FillAsync(100);
        _clock.Advance(TimeSpan.FromHours(1));
        journal.Reclaim();

        Assert.Equal(0UL, journal.FirstOffset);
    }

    [Fact]
    public async Task What_is_delivered_stays_until_it_is_too_old()
    {
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.FromHours(1) }, _clock);
        var cursor = journal.OpenCursor("sink");
        await journal.FillAsync(50);
        _clock.Advance(TimeSpan.FromMinutes(59));
        cursor.Checkpoint(49);
        Assert.Equal(0UL, journal.FirstOffset);
        Assert.InRange(journal.HeldBytes, 1, journal.Bytes / 2); // the last segment alone

        _clock.Advance(TimeSpan.FromMinutes(2));
        cursor.Checkpoint(50);
        Assert.Equal(33UL, journal.FirstOffset);
    }

    [Fact]
    public async Task What_is_delivered_goes_early_when_the_disk_has_no_room_for_it()
    {
        _disk.CapacityBytes = 64 << 10;
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.FromDays(7), ReserveBytes = 8 << 10 }, _clock);
        var cursor = journal.OpenCursor("sink");
        for (var i = 0; i < 2000; i++)
        {
            await journal.FillAsync(1);
            cursor.Checkpoint(journal.NextOffset);
        }

        _disk.CapacityBytes = 32 << 10; // somebody else took the space
        await Assert.ThrowsAsync<DiskException>(() => journal.FillAsync(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await journal.FillAsync(1); // and no cursor has moved
    }

    [Fact]
    public async Task Reclaiming_needs_no_write_so_a_disk_that_takes_none_is_freed_and_written_again()
    {
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.FromDays(7) }, _clock);
        await journal.FillAsync(100);
        journal.OpenCursor("sink").Checkpoint(70);
        _disk.IsFull = true;
        await Assert.ThrowsAsync<DiskException>(() => journal.AppendDurablyAsync(Numbered(100)));
        Assert.True(journal.IsFull);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await journal.AppendAsync(Numbered(100))).IsFull); // it looked for room, and let go of what is delivered
        Assert.Equal(66UL, journal.FirstOffset);
        Assert.Equal(Range(66, 100), journal.Offsets(66));

        _disk.IsFull = false;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await journal.FillAsync(10);
        Assert.Equal(Range(66, 110), journal.Offsets(66));
    }

    [Fact]
    public async Task What_is_delivered_goes_early_when_there_is_too_much()
    {
        await using var journal = _disk.Open(Small with { MaxBytes = 16 << 10 }, _clock);
        var cursor = journal.OpenCursor("sink");
        for (var i = 0; i < 1000; i++)
        {
            await journal.FillAsync(1);
            cursor.Checkpoint(journal.NextOffset);
        }

        Assert.InRange(journal.Bytes, 8 << 10, 16 << 10);
        Assert.Equal(journal.Bytes, _disk.Segments().Sum(path => _disk.ReadAllBytes(path).Length));
    }

    [Fact]
    public async Task Undelivered_bytes_alone_make_it_full_and_delivering_them_ends_that()
    {
        await using var journal = _disk.Open(Small with { MaxBytes = 16 << 10 }, _clock);
        var cursor = journal.OpenCursor("sink");
        AppendTicket ticket;
        while (!(ticket = await journal.AppendAsync(Numbered(journal.NextOffset))).IsFull) await ticket.Durable;

        Assert.True(journal.IsFull);
        await Assert.ThrowsAsync<JournalFullException>(() => ticket.Durable);
        Assert.InRange(journal.Bytes, (16 << 10) - 200, (16 << 10) + 4 * SegmentHeader.Size);
        Assert.Equal(Range(0, journal.NextOffset), journal.Offsets());

        cursor.Checkpoint(100);
        Assert.False(journal.IsFull);
        await journal.FillAsync(10);
    }

    [Fact]
    public async Task The_reserve_of_the_disk_is_left_alone_and_it_goes_on_when_there_is_space_again()
    {
        _disk.CapacityBytes = 20_000;
        await using var journal = _disk.Open(Small with { ReserveBytes = 10_000 }, _clock);
        AppendTicket ticket;
        while (!(ticket = await journal.AppendAsync(Numbered(journal.NextOffset))).IsFull) await ticket.Durable;
        Assert.InRange(_disk.FreeBytes(Home), 10_000 - 4 * SegmentHeader.Size, 10_200);

        _disk.CapacityBytes = 40_000;
        Assert.True((await journal.AppendAsync("asked the disk a moment ago")).IsFull);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await journal.FillAsync(10);
        Assert.False(journal.IsFull);
    }

    [Fact]
    public async Task Who_only_watches_sees_full_end_too()
    {
        _disk.CapacityBytes = 1000;
        await using var journal = _disk.Open(clock: _clock);
        Assert.True((await journal.AppendAsync(new string('x', 1500))).IsFull);
        Assert.True(journal.IsFull);

        _disk.CapacityBytes = 100_000;
        Assert.True(journal.IsFull);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.False(journal.IsFull);
    }
}
