using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>Reads that fail: short trouble is waited out, a sector that stays unreadable costs its records and nothing else.</summary>
public sealed class UnreadableSectorTests
{
    private const string First = "/journal/00000000000000000000.segment";
    private const string Suspect = "/journal/00000000000000000000.suspect";
    private const int Frame = 120;

    private readonly LossyDisk _disk = new(seed: 11);
    private readonly FakeTimeProvider _clock = new();

    private static JournalOptions Roomy { get; } = Small with { SegmentBytes = 64 << 10 };

    [Fact]
    public async Task Short_trouble_is_the_readers_to_wait_out_and_skips_nothing()
    {
        await using var journal = await FilledAsync(1000);
        _disk.MakeUnreadable(First, 19_000, 512);
        using var reader = journal.OpenReader(0);
        for (var i = 0; i < 20; i++) Assert.True(Assert.Throws<DiskException>(() => Drain(reader)).IsUnreadable);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Throws<DiskException>(() => Drain(reader));
        var position = reader.Position;
        _disk.MakeReadable(First);

        Assert.Equal(Range(position, 1000), Drain(reader));
        Assert.Equal(Range(0, 1000), journal.Offsets());
        Assert.Empty(journal.Damage);
        Assert.Empty(_disk.Segments(".suspect"));
    }

    [Fact]
    public async Task Trouble_that_passed_does_not_count_when_the_next_comes()
    {
        await using var journal = await FilledAsync(1000);
        for (var day = 0; day < 10; day++)
        {
            _disk.MakeUnreadable(First, 19_000, 512);
            for (var i = 0; i < 4; i++) Assert.Throws<DiskException>(() => journal.ReadAll());
            _disk.MakeReadable(First);
            Assert.Equal(Range(0, 1000), journal.Offsets());
            _clock.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public async Task A_sector_that_stays_unreadable_costs_the_records_of_its_block_and_the_rest_is_delivered()
    {
        await using var journal = await FilledAsync(1000);
        var found = new List<JournalDamage>();
        journal.DamageFound += (_, damage) => found.Add(damage.Damage);
        _disk.MakeUnreadable(First, 19_000, 512);
        GiveUp(journal);

        var records = journal.ReadAll();
        Assert.Equal([.. Range(0, LastBefore(16_384)), .. Range(FirstFrom(20_480), 1000)], records.Select(record => record.Offset));
        Assert.All(records, record => Assert.Equal(Numbered(record.Offset), record.Payload));
        var damage = Assert.Single(found);
        Assert.Equal((LastBefore(16_384), FirstFrom(20_480) - LastBefore(16_384)), (damage.FirstMissing, damage.Missing));
        Assert.Equal(damage.Missing, records.Single(record => record.MissingBefore > 0).MissingBefore);
        Assert.Equal([Suspect], _disk.Segments(".suspect"));
    }

    [Fact]
    public async Task All_readers_see_the_same_also_when_the_disk_changes_its_mind()
    {
        await using var journal = await FilledAsync(1000);
        _disk.MakeUnreadable(First, 19_000, 512);
        GiveUp(journal);
        var books = journal.ReadAll();
        _disk.MakeReadable(Suspect);

        Assert.Equal(books, journal.ReadAll());
        Assert.Single(journal.Damage);
    }

    [Fact]
    public async Task A_bad_track_costs_one_wait_however_long_it_is()
    {
        await using var journal = await FilledBeyondOneReadAsync();
        _disk.MakeUnreadable(First, 10_000, 600_000);
        GiveUp(journal);

        for (var passes = 0; passes < 3; passes++) // a read takes 256 KiB, and each that meets the track for the first time fails once
            _ = Record.Exception(() => journal.ReadAll());

        Assert.Equal([.. Range(0, 4), .. Range(303, 400)], journal.Offsets());
        Assert.Single(journal.Damage);
    }

    [Fact]
    public async Task A_segment_of_which_nothing_is_readable_is_passed_and_kept()
    {
        await using var journal = await FilledAsync(1000);
        _disk.MakeUnreadable(First, 0, long.MaxValue / 2);
        GiveUp(journal);

        var next = journal.ReadAll()[0];
        Assert.Equal((FirstFrom(64 << 10) - 1, next.Offset), (next.MissingBefore, next.Offset));
        Assert.Equal(Range(next.Offset, 1000), journal.Offsets());
        journal.OpenCursor("sink").Checkpoint(1000);
        _clock.Advance(TimeSpan.FromDays(30));
        journal.Reclaim();
        Assert.Single(_disk.Segments(".damaged"));
    }

    [Fact]
    public async Task A_disk_that_is_gone_altogether_is_waited_for_however_long_that_takes()
    {
        await using var journal = await FilledBeyondOneReadAsync();
        using var reader = journal.OpenReader(0);
        Assert.True(reader.TryRead(out _));
        _disk.IsUnplugged = true;
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<DiskException>(() => Drain(reader));
            _clock.Advance(TimeSpan.FromHours(1));
        }

        _disk.IsUnplugged = false;
        Assert.Equal(Range(reader.Position, 400), Drain(reader));
        Assert.Empty(journal.Damage);
    }

    [Fact]
    public async Task What_is_appended_after_a_block_was_given_up_is_read()
    {
        await using var journal = await FilledAsync(10);
        _disk.MakeUnreadable(First, 600, 100);
        GiveUp(journal);
        Assert.Empty(journal.Offsets());

        await journal.FillAsync(5); // not into a suspect segment
        Assert.Equal(Range(10, 15), journal.Offsets());
        Assert.Equal(["/journal/00000000000000000010.segment"], _disk.Segments());
    }

    private async Task<SegmentedJournal> FilledAsync(int records)
    {
        var journal = _disk.Open(Roomy, _clock);
        await journal.FillAsync(records);
        return journal;
    }

    /// <summary>800 KB in one segment.</summary>
    private async Task<SegmentedJournal> FilledBeyondOneReadAsync()
    {
        var journal = _disk.Open(Small with { SegmentBytes = 1 << 20, MaxBytes = 8 << 20 }, _clock);
        await journal.FillAsync(400, bytes: 2000);
        return journal;
    }

    /// <summary>As many tries and as much time as it takes.</summary>
    private void GiveUp(SegmentedJournal journal)
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Throws<DiskException>(() => journal.ReadAll());
            _clock.Advance(TimeSpan.FromSeconds(6));
        }
    }

    private static List<ulong> Drain(JournalReader reader)
    {
        var offsets = new List<ulong>();
        while (reader.TryRead(out var record)) offsets.Add(record.Offset);
        return offsets;
    }

    /// <summary>The first record that reaches beyond this byte of the first segment.</summary>
    private static ulong LastBefore(int position) => (ulong)((position - SegmentHeader.Size) / Frame);

    /// <summary>The first record that starts at or behind this byte of the first segment.</summary>
    private static ulong FirstFrom(int position) => (ulong)((position - SegmentHeader.Size + Frame - 1) / Frame);
}
