using Iot.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

/// <summary>A segment whose header cannot be read: its mark is unknown, so its records are found by all else that must be right.</summary>
public sealed class UnreadableHeaderTests
{
    private const string First = "/journal/00000000000000000000.segment";
    private const int Frame = 120;

    private readonly LossyDisk _disk = new(seed: 6);

    [Fact]
    public async Task An_unreadable_header_costs_no_record()
    {
        await FillAsync(100);
        _disk.Damage(First, bytes =>
        {
            bytes[20] ^= 0x10;
            return bytes;
        });

        await using (var journal = _disk.Open()) Assert.Equal(Range(0, 100), journal.Offsets());
        Assert.Single(_disk.Segments(".suspect"));
        await using var again = _disk.Open();
        Assert.Equal(Range(0, 100), again.Offsets());
    }

    [Theory]
    [InlineData(1, true)] // two records lie before it
    [InlineData(2, true)]
    [InlineData(12, true)] // or up to twelve of 20 bytes, and we see no more than that there are bytes
    [InlineData(13, false)]
    [InlineData(1UL << 40, false)]
    public async Task Where_the_header_is_unreadable_no_offset_counts_that_could_not_have_been_reached(ulong offset, bool counts)
    {
        await FillAsync(2);
        var forged = new byte[FrameHeader.Size + 6];
        FrameHeader.Begin(forged, 6, offset);
        "forged"u8.CopyTo(forged.AsSpan(FrameHeader.Size));
        FrameHeader.Seal(forged, mark: 7);
        _disk.Damage(First, bytes => [.. new byte[SegmentHeader.Size], .. new byte[2 * Frame], .. forged]);

        await using var journal = _disk.Open();
        Assert.Equal(counts ? [offset] : [], journal.Offsets());
        Assert.Equal(counts ? 0 : 1, journal.Recovery.SetAside.Count);
    }

    private async Task FillAsync(int records)
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(records);
    }
}
