using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>Whatever cannot be read, a journal opens; nothing is cut off or set aside that may be readable later.</summary>
public sealed class UnreadableOnOpeningTests
{
    private const string Second = "/journal/00000000000000000033.segment";
    private const string Last = "/journal/00000000000000000066.segment";
    private const int Frame = 120;

    private readonly LossyDisk _disk = new(seed: 12);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task In_the_middle_of_the_last_segment_it_is_damage_and_appending_goes_on_in_a_new_one()
    {
        var disk = new LossyDisk(seed: 13);
        var roomy = Small with { SegmentBytes = 64 << 10 };
        await using (var journal = disk.Open(roomy)) await journal.FillAsync(100);
        var only = disk.Segments().Single();
        disk.MakeUnreadable(only, 5000, 10);

        await using var again = disk.Open(roomy, _clock);
        var damage = Assert.Single(again.Recovery.Damage);
        Assert.Equal((100UL, 33UL), (again.NextOffset, damage.FirstMissing));
        await again.FillAsync(5);
        GiveUp(again);
        Assert.Equal([.. Range(0, 33), .. Range(33 + damage.Missing, 105)], again.Offsets());
        Assert.Empty(again.Damage); // opening has told it
        Assert.Equal(1, again.Counters.DamagedRanges);
    }

    [Fact]
    public async Task At_the_end_of_the_last_segment_nothing_is_cut_and_no_offset_is_given_twice()
    {
        await FillAsync(90);
        var before = _disk.ReadAllBytes(Last);
        _disk.MakeUnreadable(Last, before.Length - 10, 10);

        await using var again = _disk.Open(clock: _clock);
        Assert.Equal((0L, 90UL), (again.Recovery.TornBytes, ulong.Min(90, again.NextOffset)));
        var next = await again.AppendDurablyAsync("next");
        Assert.InRange(next, 90UL, 90UL + 4096 / FrameHeader.Size);
        Assert.Equal(before, _disk.ReadAllBytes(_disk.Segments(".suspect").Single()));

        _disk.MakeReadable(_disk.Segments(".suspect").Single()); // it was short trouble
        Assert.Equal([.. Range(0, 90), next], again.Offsets());
    }

    [Fact]
    public async Task What_stays_unreadable_at_the_end_is_passed_like_other_damage()
    {
        await FillAsync(90);
        _disk.MakeUnreadable(Last, 0, 4096);

        await using var again = _disk.Open(clock: _clock);
        var next = await again.AppendDurablyAsync("next");
        GiveUp(again);
        Assert.Equal([.. Range(0, 66), next], again.Offsets());
        Assert.Equal(next - 66, again.ReadAll()[^1].MissingBefore);
        Assert.Empty(again.Recovery.SetAside);
    }

    [Fact]
    public async Task An_unreadable_header_of_a_closed_segment_costs_no_record_once_it_is_read()
    {
        await FillAsync(90);
        _disk.MakeUnreadable(Second, 0, 48);

        await using var again = _disk.Open(clock: _clock);
        Assert.Equal(90UL, again.NextOffset);
        Assert.Empty(again.Recovery.SetAside);
        _disk.MakeReadable(_disk.Segments(".suspect").Single());
        Assert.Equal(Range(0, 90), again.Offsets());
    }

    [Theory]
    [InlineData(0, 5)] // the later note is gone: the one before it counts, and what lies between is delivered again
    [InlineData(4096, 7)]
    public async Task A_cursor_with_one_unreadable_note_goes_on_at_the_other_and_can_be_written_again(int position, ulong expected)
    {
        await using (var journal = _disk.Open())
        {
            await journal.FillAsync(20);
            var cursor = journal.OpenCursor("sink");
            cursor.Checkpoint(5); // second slot
            cursor.Checkpoint(7); // first slot
        }

        _disk.MakeUnreadable("/journal/sink.cursor", position, 24);

        await using (var again = _disk.Open())
        {
            var cursor = again.OpenCursor("sink");
            Assert.Equal(expected, cursor.Offset);
            for (var next = 8UL; next < 12; next++) cursor.Checkpoint(next);
        }

        await using var third = _disk.Open();
        Assert.Equal(11UL, third.OpenCursor("sink").Offset);
        Assert.Empty(third.Recovery.LostCursors);
    }

    [Fact]
    public async Task A_cursor_of_which_nothing_is_readable_is_set_aside_and_starts_again()
    {
        await using (var journal = _disk.Open())
        {
            await journal.FillAsync(20);
            journal.OpenCursor("sink").Checkpoint(5);
        }

        _disk.MakeUnreadable("/journal/sink.cursor", 0, CursorSlot.FileSize);

        await using var again = _disk.Open();
        Assert.Equal(["sink"], again.Recovery.LostCursors);
        again.OpenCursor("sink").Checkpoint(3);
    }

    [Fact]
    public async Task Whatever_is_unreadable_it_opens_takes_more_and_delivers_the_rest()
    {
        var random = new Random(14);
        for (var trial = 0; trial < 200; trial++)
        {
            var disk = new LossyDisk(trial);
            var roomy = Small with { SegmentBytes = 16 << 10 };
            await using (var journal = disk.Open(roomy))
            {
                await journal.FillAsync(400);
                journal.OpenCursor("sink").Checkpoint(100);
            }

            var lost = new HashSet<ulong>();
            for (var range = random.Next(1, 4); range > 0; range--) lost.UnionWith(MakeUnreadable(disk, random));

            await using var again = disk.Open(roomy, _clock);
            var next = await again.AppendDurablyAsync("next");
            GiveUp(again);
            var records = again.ReadAll();
            Assert.Equal(("next", next), (records[^1].Payload, records[^1].Offset));
            Assert.True(next >= 400);
            Assert.All(records.SkipLast(1), record => Assert.Equal(Numbered(record.Offset), record.Payload));
            Assert.Superset(Range(0, 400).Except(lost).ToHashSet(), records.Select(record => record.Offset).ToHashSet());
            again.OpenCursor("sink").Checkpoint(again.NextOffset);
        }
    }

    /// <returns>Offsets of the records that lie in blocks touched.</returns>
    private static IEnumerable<ulong> MakeUnreadable(LossyDisk disk, Random random)
    {
        var files = disk.Files.Where(file => !file.EndsWith("lock", StringComparison.Ordinal)).ToList();
        var path = files[random.Next(files.Count)];
        var bytes = disk.ReadAllBytes(path).Length;
        var from = random.Next(bytes);
        var length = random.Next(2) == 0 ? random.Next(1, 600) : bytes;
        disk.MakeUnreadable(path, from, length);
        if (path.EndsWith(".cursor", StringComparison.Ordinal)) return [];

        var first = ulong.Parse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture);
        var (start, end) = (from / 4096 * 4096, (from + length + 4095) / 4096 * 4096);
        return Enumerable.Range(0, (bytes - SegmentHeader.Size) / Frame)
            .Where(record => SegmentHeader.Size + (record + 1) * Frame > start && SegmentHeader.Size + record * Frame < end)
            .Select(record => first + (ulong)record);
    }

    private async Task FillAsync(int records)
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(records);
    }

    /// <summary>Reads until nothing fails any more.</summary>
    private void GiveUp(SegmentedJournal journal)
    {
        for (var i = 0; i < 60; i++)
        {
            try
            {
                journal.ReadAll();
                return;
            }
            catch (DiskException failure) when (failure.IsUnreadable)
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
            }
        }

        Assert.Fail("It goes on failing.");
    }
}
