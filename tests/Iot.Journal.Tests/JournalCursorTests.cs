using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Journal.Tests;

public sealed class JournalCursorTests
{
    private readonly LossyDisk _disk = new(seed: 3);

    [Fact]
    public async Task A_new_one_starts_at_the_first_offset_or_where_it_is_told()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);

        Assert.Equal(0UL, journal.OpenCursor("all").Offset);
        Assert.Equal(4UL, journal.OpenCursor("late", startAt: 4).Offset);
        Assert.Equal(5UL, journal.OpenCursor("beyond", startAt: 400).Offset);
    }

    [Fact]
    public async Task It_is_where_it_was_after_a_power_cut()
    {
        var journal = _disk.Open();
        await journal.FillAsync(50);
        var cursor = journal.OpenCursor("sink");
        for (var next = 1UL; next <= 20; next++) cursor.Checkpoint(next);

        await using var again = _disk.CutPower().Open();
        Assert.Equal(20UL, again.OpenCursor("sink").Offset);
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task It_never_goes_back()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);
        var cursor = journal.OpenCursor("sink");
        cursor.Checkpoint(4);
        cursor.Checkpoint(2);

        Assert.Equal(4UL, cursor.Offset);
    }

    [Fact]
    public async Task It_cannot_pass_the_end()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(5);

        Assert.Throws<ArgumentOutOfRangeException>(() => journal.OpenCursor("sink").Checkpoint(6));
    }

    [Fact]
    public async Task The_same_name_is_the_same_cursor()
    {
        await using var journal = _disk.Open();

        Assert.Same(journal.OpenCursor("sink"), journal.OpenCursor("sink"));
        Assert.NotSame(journal.OpenCursor("sink"), journal.OpenCursor("other"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("../escape")]
    [InlineData("a/b")]
    public async Task A_name_that_is_no_file_name_is_refused(string name)
    {
        await using var journal = _disk.Open();

        Assert.Throws<ArgumentException>(() => journal.OpenCursor(name));
    }

    [Fact]
    public async Task A_failed_checkpoint_leaves_the_last_good_one()
    {
        var journal = _disk.Open();
        await journal.FillAsync(10);
        var cursor = journal.OpenCursor("sink");
        cursor.Checkpoint(3);
        for (var i = 0; i < 3; i++)
        {
            _disk.FailingSyncs = 1;
            Assert.Throws<DiskException>(() => cursor.Checkpoint(8));
            Assert.Equal(3UL, cursor.Offset);
        }

        await using (var again = _disk.CutPower().Open()) Assert.Contains(again.OpenCursor("sink").Offset, new ulong[] { 3, 8 });
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task A_removed_one_holds_nothing_back_and_does_not_come_again()
    {
        var clock = new FakeTimeProvider();
        await using (var journal = _disk.Open(clock: clock))
        {
            await journal.FillAsync(100);
            journal.OpenCursor("slow");
            journal.OpenCursor("fast").Checkpoint(100);
            clock.Advance(TimeSpan.FromDays(8));
            journal.Reclaim();
            Assert.Equal(0UL, journal.FirstOffset);

            journal.RemoveCursor("slow");
            Assert.Equal(99UL, journal.FirstOffset);
        }

        Assert.DoesNotContain("/journal/slow.cursor", _disk.CutPower().Files);
    }

    [Fact]
    public async Task An_unreadable_one_starts_again_and_its_file_is_kept()
    {
        await using (var journal = _disk.Open())
        {
            await journal.FillAsync(10);
            journal.OpenCursor("sink").Checkpoint(5);
        }

        _disk.Damage("/journal/sink.cursor", bytes => new byte[bytes.Length]);

        await using var again = _disk.Open();
        Assert.Equal(["sink"], again.Recovery.LostCursors);
        Assert.Equal("/journal/sink.cursor.foreign", again.Recovery.SetAside.Single().To);
        Assert.Equal(0UL, again.OpenCursor("sink").Offset);
    }

    [Fact]
    public async Task With_one_torn_note_the_other_counts()
    {
        await using (var journal = _disk.Open())
        {
            await journal.FillAsync(10);
            var cursor = journal.OpenCursor("sink");
            cursor.Checkpoint(5); // second slot
            cursor.Checkpoint(7); // first slot
        }

        _disk.Damage("/journal/sink.cursor", bytes => [.. new byte[10], .. bytes[10..]]);

        await using var again = _disk.Open();
        Assert.Equal(5UL, again.OpenCursor("sink").Offset);
        Assert.Empty(again.Recovery.LostCursors);
    }
}
