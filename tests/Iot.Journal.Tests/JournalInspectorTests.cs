using Iot.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>Looking at a journal changes nothing and finds everything.</summary>
public sealed class JournalInspectorTests
{
    private const string First = "/journal/00000000000000000000.segment";
    private const string Second = "/journal/00000000000000000033.segment";
    private const string Last = "/journal/00000000000000000066.segment";
    private const int Frame = 120;

    private readonly LossyDisk _disk = new(seed: 21);

    [Fact]
    public async Task A_whole_journal_is_ok_from_end_to_end()
    {
        await FillAsync(90);
        var segments = Inspect();

        Assert.Equal([(0UL, 33UL, 33L), (33UL, 66UL, 33L), (66UL, 90UL, 24L)], segments.Select(one => (one.From, one.Next, one.Records)));
        Assert.All(segments, one => Assert.Equal((SegmentState.Ok, true, 0L, ""), (one.State, one.IsClean, one.DamagedRanges, one.Note)));
        Assert.Equal(_disk.Segments().Sum(path => _disk.ReadAllBytes(path).Length), segments.Sum(one => one.Bytes));
        Assert.Equal([new("sink", 12)], Open().Cursors());
    }

    [Fact]
    public async Task It_looks_beside_a_program_that_has_the_journal_open_and_changes_nothing()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(50);
        Damage(First, SegmentHeader.Size + 10 * Frame + 50);
        var before = _disk.Files.ToDictionary(file => file, _disk.ReadAllBytes);
        var syncs = _disk.Syncs;

        Assert.Equal(SegmentState.Suspect, Inspect()[0].State);
        Assert.Equal(before, _disk.Files.ToDictionary(file => file, _disk.ReadAllBytes));
        Assert.Equal(syncs, _disk.Syncs);
        await journal.FillAsync(5);
        Assert.Equal(55UL, Inspect()[^1].Next);
    }

    [Fact]
    public async Task A_damaged_record_is_named_with_file_place_and_offset()
    {
        await FillAsync(90);
        Damage(Second, SegmentHeader.Size + 10 * Frame + 50);
        var segment = Inspect()[1];

        Assert.Equal((SegmentState.Suspect, 1L, 1UL, 32L), (segment.State, segment.DamagedRanges, segment.Missing, segment.Records));
        Assert.Equal([new(Second, SegmentHeader.Size + 10 * Frame, Frame, 43, 1)], segment.Damage);
    }

    [Fact]
    public async Task A_record_cut_out_with_all_its_bytes_is_missed()
    {
        await FillAsync(90);
        _disk.Damage(Second, bytes => [.. bytes[..(SegmentHeader.Size + 10 * Frame)], .. bytes[(SegmentHeader.Size + 11 * Frame)..]]);

        Assert.Equal((43UL, 1UL), (Inspect()[1].Damage.Single().FirstMissing, Inspect()[1].Damage.Single().Missing));
    }

    [Fact]
    public async Task A_closed_segment_that_ends_early_and_one_that_is_gone_show_as_missing_offsets()
    {
        await FillAsync(90);
        _disk.Damage(First, bytes => bytes[..(SegmentHeader.Size + 20 * Frame)]);
        _disk.Delete(Second);

        Assert.Equal([(20UL, 46UL)], Inspect().SelectMany(one => one.Damage).Select(one => (one.FirstMissing, one.Missing)));
    }

    [Fact]
    public async Task A_torn_tail_is_no_damage()
    {
        await FillAsync(90);
        _disk.Damage(Last, bytes => bytes[..^10]);
        var last = Inspect()[^1];

        Assert.Equal((SegmentState.TornTail, true, 110L, 89UL), (last.State, last.IsClean, last.TornBytes, last.Next));
    }

    [Fact]
    public async Task Foreign_duplicated_and_misnamed_files_are_told_apart()
    {
        await FillAsync(90);
        var other = new LossyDisk(seed: 22);
        await using (var journal = other.Open(Small with { SegmentBytes = 8192 })) await journal.FillAsync(100);
        const string alien = "/journal/00000000000000000067.segment";
        _disk.WriteAllBytes(alien, other.ReadAllBytes(alien));
        _disk.WriteAllBytes("/journal/00000000000000000200.segment", _disk.ReadAllBytes(Second));
        _disk.WriteAllBytes("/journal/00000000000000000033.suspect", _disk.ReadAllBytes(Second)[..1000]);
        _disk.WriteAllBytes("/journal/00000000000000000500.segment.foreign", [1, 2, 3]);

        var foreign = Inspect().Where(one => one.State == SegmentState.Foreign).Select(one => one.Note).Order();
        Assert.Equal(
            ["a longer file holds the same offsets", "it belongs to another journal", "its header says it starts at offset 33", "set aside when the journal was opened"], foreign);
        Assert.Equal(Range(0, 90), Open().Records(0).Select(record => record.Offset));
    }

    [Fact]
    public async Task Of_two_journals_with_as_many_segments_the_one_is_told_that_opening_would_take()
    {
        await FillAsync(30);
        var other = new LossyDisk(seed: 22);
        await using (var journal = other.Open()) await journal.FillAsync(60);
        _disk.WriteAllBytes(Second, other.ReadAllBytes(Second));

        Assert.Equal([(First, SegmentState.Foreign), (Second, SegmentState.Ok)], Inspect().Select(one => (one.Path, one.State)));
        await using var opened = _disk.Open();
        Assert.Equal(First, opened.Recovery.SetAside.Single().From);
    }

    [Fact]
    public async Task What_the_disk_does_not_give_is_damage_and_the_rest_is_listed()
    {
        await FillAsync(90);
        _disk.MakeUnreadable(Second, 0, 4096);
        var segment = Inspect()[1];

        Assert.Equal((SegmentState.Suspect, 33UL, 0L), (segment.State, segment.Missing, segment.Records));
        Assert.Contains("read error", segment.Note);
        Assert.Equal([.. Range(0, 33), .. Range(66, 90)], Open().Records(0).Select(record => record.Offset));
    }

    [Fact]
    public async Task Records_start_where_they_are_asked_for()
    {
        await FillAsync(90);

        Assert.Equal(Range(50, 55), Open().Records(50).Take(5).Select(record => record.Offset));
        Assert.Empty(Open().Records(90));
    }

    [Fact]
    public async Task A_single_file_will_do()
    {
        await FillAsync(90);
        _disk.WriteAllBytes("/elsewhere/copy", _disk.ReadAllBytes(Second));

        Assert.Equal((33UL, 66UL), (Inspect(Second).Single().From, Inspect(Second).Single().Next));
        Assert.Equal((33UL, 66UL), (Inspect("/elsewhere/copy").Single().From, Inspect("/elsewhere/copy").Single().Next));
        Assert.Empty(Open(Second).Cursors());
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_read_says_so()
    {
        await FillAsync(90);
        _disk.Damage("/journal/sink.cursor", bytes => new byte[bytes.Length]);

        Assert.Equal([new("sink", null)], Open().Cursors());
    }

    [Fact]
    public async Task What_is_no_journal_is_refused_with_a_word_on_what_to_do()
    {
        await FillAsync(90);
        _disk.WriteAllBytes("/text/notes.txt", "no segment"u8.ToArray());

        Assert.Contains("is no segment of a journal", Assert.Throws<NotAJournalException>(() => Open("/text/notes.txt")).Message);
        Assert.Contains("holds no journal", Assert.Throws<NotAJournalException>(() => Open("/text")).Message);
        _disk.Damage(Second, bytes =>
        {
            bytes[8] = 2;
            BitConverter.TryWriteBytes(bytes.AsSpan(44), Crc32C.Of(bytes.AsSpan(0, 44)));
            return bytes;
        });
        Assert.Contains("format version 2", Assert.Throws<NotAJournalException>(() => Open()).Message);
    }

    [Fact]
    public async Task It_finds_all_that_a_reader_misses_whatever_the_damage()
    {
        var random = new Random(23);
        for (var trial = 0; trial < 200; trial++)
        {
            var disk = new LossyDisk(trial);
            await using (var filled = disk.Open()) await filled.FillAsync(120);
            disk.Hurt(disk.Segments()[random.Next(3)], random); // a closed one
            var inspected = JournalInspector.Open(Home, TimeProvider.System, disk);
            var listed = inspected.Records(0).Select(record => record.Offset).ToList();
            var missing = inspected.Segments().Aggregate(0UL, (sum, one) => sum + one.Missing);

            await using var journal = disk.Open();
            Assert.Equal(journal.Offsets(), listed);
            Assert.Equal(120, listed.Count + (int)missing);
        }
    }

    private async Task FillAsync(int records)
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(records);
        journal.OpenCursor("sink").Checkpoint(12);
    }

    private void Damage(string path, int at) => _disk.Damage(path, bytes =>
    {
        bytes[at] ^= 0x10;
        return bytes;
    });

    private JournalInspector Open(string path = Home) => JournalInspector.Open(path, TimeProvider.System, _disk);

    private List<SegmentInspection> Inspect(string path = Home) => [.. Open(path).Segments()];
}
