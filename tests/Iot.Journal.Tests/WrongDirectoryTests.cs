using Iot.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>Each way the files of a directory can be wrong has a result of its own, and nothing is deleted.</summary>
public sealed class WrongDirectoryTests
{
    private const string Second = "/journal/00000000000000000033.segment";
    private const string Last = "/journal/00000000000000000099.segment";

    private readonly LossyDisk _disk = new(seed: 8);

    [Fact]
    public async Task A_missing_segment_is_a_gap_and_the_rest_is_delivered()
    {
        await FillAsync();
        Remove(Second);

        await using var journal = _disk.Open();
        var records = journal.ReadAll();
        Assert.Equal([.. Range(0, 33), .. Range(66, 100)], records.Select(record => record.Offset));
        Assert.Equal(33UL, records[33].MissingBefore);
        Assert.Equal((33UL, 33UL), (journal.Damage.Single().FirstMissing, journal.Damage.Single().Missing));
    }

    [Fact]
    public async Task A_missing_first_segment_is_a_gap_too()
    {
        await FillAsync();
        Remove("/journal/00000000000000000000.segment");

        await using var journal = _disk.Open();
        Assert.Equal(33UL, journal.FirstOffset);
        Assert.Equal(33UL, journal.ReadAll()[0].MissingBefore);
    }

    [Fact]
    public async Task A_segment_that_goes_missing_while_the_journal_is_open_is_a_gap()
    {
        await FillAsync();
        await using var journal = _disk.Open();
        Remove(Second);

        Assert.Equal([.. Range(0, 33), .. Range(66, 100)], journal.Offsets());
        Assert.Equal(33UL, journal.Damage.Single().Missing);
    }

    [Fact]
    public async Task Without_the_last_segment_no_offset_is_given_twice_as_far_as_a_cursor_knows()
    {
        await FillAsync();
        await using (var journal = _disk.Open()) journal.OpenCursor("sink").Checkpoint(100);
        Remove(Last);

        await using var again = _disk.Open();
        Assert.Equal((100UL, 1UL), (again.NextOffset, again.Recovery.OffsetsSkipped));
        Assert.Equal(100UL, await again.AppendDurablyAsync("next"));
        Assert.Equal(("next", 1UL), (again.ReadAll(from: 99).Single().Payload, again.ReadAll(from: 99).Single().MissingBefore));
    }

    [Fact]
    public async Task Without_any_segment_it_is_a_new_life_that_goes_on_behind_the_cursors()
    {
        await FillAsync();
        ulong identity;
        await using (var journal = _disk.Open())
        {
            identity = journal.Identity;
            journal.OpenCursor("sink").Checkpoint(70);
        }

        foreach (var path in _disk.Segments()) Remove(path);

        await using var again = _disk.Open();
        Assert.Equal((70UL, 70UL, 70UL), (again.FirstOffset, again.NextOffset, again.Recovery.OffsetsSkipped));
        Assert.NotEqual(identity, again.Identity);
        await again.FillAsync(3);
        Assert.Equal(Range(70, 73), again.Offsets(from: 70));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(SegmentHeader.Size)]
    public async Task A_last_segment_without_a_record_is_what_a_power_cut_leaves(int length)
    {
        await FillAsync();
        _disk.Damage(Last, bytes => bytes[..length]);

        await using var journal = _disk.Open();
        Assert.Empty(journal.Recovery.SetAside);
        Assert.Equal(99UL, journal.NextOffset);
        await journal.FillAsync(5);
        Assert.Equal(Range(0, 104), journal.Offsets());
    }

    [Fact]
    public async Task An_empty_file_in_the_middle_is_a_gap()
    {
        await FillAsync();
        _disk.WriteAllBytes(Second, []);

        await using var journal = _disk.Open();
        Assert.Equal([.. Range(0, 33), .. Range(66, 100)], journal.Offsets());
    }

    [Fact]
    public async Task Files_of_others_are_left_alone()
    {
        await FillAsync();
        _disk.WriteAllBytes("/journal/README", [1, 2, 3]);
        _disk.WriteAllBytes("/journal/33.segment", [1, 2, 3]);
        _disk.WriteAllBytes("/journal/00000000000000000033.segment.bak", [1, 2, 3]);

        await using var journal = _disk.Open();
        Assert.True(journal.Recovery.IsClean);
        Assert.Equal(Range(0, 100), journal.Offsets());
        Assert.Equal([1, 2, 3], _disk.ReadAllBytes("/journal/33.segment"));
    }

    [Fact]
    public async Task What_is_only_named_like_a_segment_is_set_aside()
    {
        await FillAsync();
        var noise = new byte[3000];
        new Random(1).NextBytes(noise);
        const string path = "/journal/00000000000000000500.segment";
        _disk.WriteAllBytes(path, noise);

        await using var journal = _disk.Open();
        Assert.Equal([new(path, path + ".foreign", "it holds no record of ours")], journal.Recovery.SetAside);
        Assert.Equal(noise, _disk.ReadAllBytes(path + ".foreign"));
        Assert.Equal(100UL, journal.NextOffset);
    }

    [Fact]
    public async Task A_segment_under_a_wrong_name_is_set_aside()
    {
        await FillAsync();
        const string copy = "/journal/00000000000000000200.segment";
        _disk.WriteAllBytes(copy, _disk.ReadAllBytes(Second));

        await using var journal = _disk.Open();
        Assert.Equal("its header says it starts at offset 33", journal.Recovery.SetAside.Single().Why);
        Assert.Equal(Range(0, 100), journal.Offsets());
        Assert.Equal(100UL, journal.NextOffset);
    }

    [Fact]
    public async Task Segments_that_changed_places_are_set_aside_and_the_rest_is_delivered()
    {
        await FillAsync();
        const string third = "/journal/00000000000000000066.segment";
        var (one, other) = (_disk.ReadAllBytes(Second), _disk.ReadAllBytes(third));
        _disk.WriteAllBytes(Second, other);
        _disk.WriteAllBytes(third, one);

        await using var journal = _disk.Open();
        Assert.Equal([Second + ".foreign", third + ".foreign"], journal.Recovery.SetAside.Select(file => file.To));
        Assert.Equal([.. Range(0, 33), 99UL], journal.Offsets());
        Assert.Equal((33UL, 66UL), (journal.Damage.Single().FirstMissing, journal.Damage.Single().Missing));
        Assert.Equal(other, _disk.ReadAllBytes(Second + ".foreign"));
        Assert.Equal(one, _disk.ReadAllBytes(third + ".foreign"));
    }

    [Fact]
    public async Task A_segment_of_another_journal_is_set_aside()
    {
        await FillAsync();
        var other = new LossyDisk(seed: 9);
        await using (var journal = other.Open(Small with { SegmentBytes = 8192 })) await journal.FillAsync(100);
        const string foreign = "/journal/00000000000000000067.segment";
        _disk.WriteAllBytes(foreign, other.ReadAllBytes(foreign));

        await using var again = _disk.Open();
        Assert.Equal("it belongs to another journal", again.Recovery.SetAside.Single().Why);
        Assert.Equal(Range(0, 100), again.Offsets());
    }

    [Fact]
    public async Task Of_two_files_with_the_same_offsets_the_longer_counts()
    {
        await FillAsync();
        _disk.WriteAllBytes("/journal/00000000000000000033.suspect", _disk.ReadAllBytes(Second));
        _disk.Damage(Second, bytes => bytes[..1000]);

        await using var journal = _disk.Open();
        Assert.Equal(Second, journal.Recovery.SetAside.Single().From);
        Assert.Equal(Range(0, 100), journal.Offsets());
    }

    [Fact]
    public async Task Files_set_aside_before_are_not_overwritten()
    {
        for (byte i = 0; i < 3; i++)
        {
            _disk.WriteAllBytes("/journal/00000000000000000500.segment", [.. Enumerable.Repeat(i, 100)]);
            await using var journal = _disk.Open();
        }

        Assert.Equal(
            ["/journal/00000000000000000500.segment.foreign", "/journal/00000000000000000500.segment.foreign.2", "/journal/00000000000000000500.segment.foreign.3"],
            _disk.Files);
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_left_as_it_is()
    {
        await FillAsync();
        _disk.Damage(Second, bytes =>
        {
            bytes[8] = 2;
            BitConverter.TryWriteBytes(bytes.AsSpan(44), Crc32C.Of(bytes.AsSpan(0, 44)));
            return bytes;
        });
        var before = _disk.Files;

        var refusal = Assert.Throws<JournalUnusableException>(() => _disk.Open());
        Assert.Equal(Second, refusal.Path);
        Assert.Equal(before, _disk.Files);
        Assert.Throws<JournalUnusableException>(() => _disk.Open()); // and not locked
    }

    private async Task FillAsync()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(100);
    }

    private void Remove(string path)
    {
        _disk.Delete(path);
        _disk.SyncDirectory(Home);
    }
}
