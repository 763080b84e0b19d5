using System.Buffers.Binary;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>Bytes that changed on the disk, in a segment that is closed or in the last one.</summary>
public sealed class DamagedSegmentTests
{
    private const string First = "/journal/00000000000000000000.segment";
    private const int Frame = 120;

    private readonly LossyDisk _disk = new(seed: 6);

    [Theory]
    [InlineData(0)] // mark
    [InlineData(5)] // length
    [InlineData(9)] // checksum
    [InlineData(13)] // offset
    [InlineData(60)] // payload
    public async Task A_flipped_bit_costs_its_record_and_nothing_else(int at)
    {
        await FillAsync(100);
        Flip(First, SegmentHeader.Size + 10 * Frame + at);

        await using var journal = _disk.Open();
        var found = new List<JournalDamage>();
        journal.DamageFound += (_, damage) => found.Add(damage.Damage);
        var records = journal.ReadAll();

        Assert.Equal([.. Range(0, 10), .. Range(11, 100)], records.Select(record => record.Offset));
        Assert.Equal((11UL, 1UL), (records[10].Offset, records[10].MissingBefore));
        Assert.Equal([new(First, SegmentHeader.Size + 10 * Frame, Frame, 10, 1)], found);
        Assert.Equal(found, journal.Damage);
        Assert.Equal(1, journal.Counters.DamagedRanges);
    }

    [Fact]
    public async Task Damage_is_reported_once_however_many_readers_meet_it()
    {
        await FillAsync(100);
        Flip(First, 500);
        await using var journal = _disk.Open();
        journal.ReadAll();
        journal.ReadAll();

        Assert.Single(journal.Damage);
    }

    [Fact]
    public async Task A_zeroed_page_costs_the_records_it_touched()
    {
        await FillAsync(100);
        _disk.Damage(First, bytes =>
        {
            bytes.AsSpan(1000, 512).Clear();
            return bytes;
        });

        await using var journal = _disk.Open();
        Assert.Equal([.. Range(0, 7), .. Range(13, 100)], journal.Offsets());
        Assert.Equal(6UL, journal.Damage.Single().Missing);
    }

    [Fact]
    public async Task A_closed_segment_cut_short_costs_its_end()
    {
        await FillAsync(100);
        _disk.Damage(First, bytes => bytes[..(SegmentHeader.Size + 20 * Frame + 7)]);

        await using var journal = _disk.Open();
        var records = journal.ReadAll();
        Assert.Equal([.. Range(0, 20), .. Range(33, 100)], records.Select(record => record.Offset));
        Assert.Equal(13UL, records[20].MissingBefore);
        Assert.Equal((20UL, 13UL), (journal.Damage.Single().FirstMissing, journal.Damage.Single().Missing));
    }

    [Fact]
    public async Task A_damaged_segment_is_set_aside_when_it_is_delivered_not_deleted()
    {
        await FillAsync(100);
        Flip(First, 500);
        var before = _disk.ReadAllBytes(First);
        var clock = new FakeTimeProvider();
        await using (var journal = _disk.Open(clock: clock))
        {
            journal.ReadAll();
            Assert.Single(_disk.Segments(".suspect"));
        }

        clock.Advance(TimeSpan.FromDays(30));
        await using (var again = _disk.Open(clock: clock)) // which has not read it
        {
            again.OpenCursor("sink").Checkpoint(100);
            Assert.Equal(99UL, again.FirstOffset);
        }

        Assert.Equal(before, _disk.ReadAllBytes("/journal/00000000000000000000.damaged"));
        await using var third = _disk.Open(clock: clock);
        Assert.Equal(99UL, third.FirstOffset);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_and_appending_goes_on_after_the_last_whole_record()
    {
        for (var cut = 1; cut < Frame; cut++)
        {
            var disk = new LossyDisk(cut);
            await using (var journal = disk.Open()) await journal.FillAsync(10);
            disk.Damage(First, bytes => bytes[..^cut]);

            await using var again = disk.Open();
            Assert.Equal((Frame - cut, 9UL), (again.Recovery.TornBytes, again.NextOffset));
            await again.FillAsync(5);
            Assert.Equal(Range(0, 14), again.Offsets());
            Assert.Single(disk.Segments());
        }
    }

    [Fact]
    public async Task A_tail_of_zeros_or_noise_is_cut_too()
    {
        await FillAsync(10);
        var noise = new byte[5000];
        new Random(1).NextBytes(noise);
        _disk.Damage(First, bytes => [.. bytes, .. noise, .. new byte[5000]]);

        await using var journal = _disk.Open();
        Assert.Equal((10_000L, 10UL), (journal.Recovery.TornBytes, journal.NextOffset));
        Assert.Equal(Range(0, 10), journal.Offsets());
    }

    [Fact]
    public async Task Damage_in_the_middle_of_the_last_segment_is_reported_at_once_and_appending_goes_on_in_a_new_one()
    {
        await FillAsync(20);
        Flip(First, SegmentHeader.Size + 4 * Frame + 50);

        await using var journal = _disk.Open();
        Assert.Equal([new(First, SegmentHeader.Size + 4 * Frame, Frame, 4, 1)], journal.Recovery.Damage);
        Assert.Equal(20UL, journal.NextOffset);
        await journal.FillAsync(5);
        Assert.Equal([.. Range(0, 4), .. Range(5, 25)], journal.Offsets());
        Assert.Single(_disk.Segments(".suspect"));
    }

    [Fact]
    public async Task Bytes_of_a_device_cannot_pass_for_a_record()
    {
        await FillAsync(1);
        var mark = BinaryPrimitives.ReadUInt32LittleEndian(_disk.ReadAllBytes(First).AsSpan(12));
        await using (var journal = _disk.Open())
        {
            foreach (var guess in new[] { mark ^ 1, 0u, 1u })
            {
                var forged = new byte[FrameHeader.Size + 6];
                FrameHeader.Begin(forged, 6, offset: journal.NextOffset);
                "forged"u8.CopyTo(forged.AsSpan(FrameHeader.Size));
                FrameHeader.Seal(forged, guess);
                await (await journal.AppendAsync(forged, default, TestContext.Current.CancellationToken)).Durable;
            }

            await journal.FillAsync(1);
        }

        _disk.Damage(First, bytes =>
        {
            for (var record = 0; record < 3; record++) bytes[SegmentHeader.Size + Frame + record * 46 + 2] ^= 1;
            return bytes;
        });

        await using var again = _disk.Open();
        Assert.Equal([0UL, 4UL], again.Offsets());
    }

    [Fact]
    public async Task A_copy_of_an_older_record_with_the_right_mark_is_no_record()
    {
        await FillAsync(10);
        _disk.Damage(First, bytes => [.. bytes, .. bytes[SegmentHeader.Size..]]);

        await using var journal = _disk.Open();
        Assert.Equal(Range(0, 10), journal.Offsets());
        Assert.Equal(10 * Frame, journal.Recovery.TornBytes);
    }

    [Fact]
    public async Task Any_damage_at_all_opens_and_costs_only_what_it_touched()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 300; trial++)
        {
            var disk = new LossyDisk(trial);
            await using (var journal = disk.Open()) await journal.FillAsync(100);
            var path = disk.Segments()[random.Next(4)];
            var touched = disk.Hurt(path, random);

            await using var again = disk.Open();
            var records = again.ReadAll();
            Assert.All(records, record => Assert.Equal(Numbered(record.Offset), record.Payload));
            Assert.Superset(new HashSet<ulong>(Range(0, 100).Except(touched)), records.Select(record => record.Offset).ToHashSet());
            await again.FillAsync(3);
            Assert.Equal(again.NextOffset - 1, again.Offsets().Last());
        }
    }

    private async Task FillAsync(int records)
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(records);
    }

    private void Flip(string path, int at) => _disk.Damage(path, bytes =>
    {
        bytes[at] ^= 0x10;
        return bytes;
    });
}
