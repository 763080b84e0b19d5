using System.Text;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

public sealed class JournalReaderTests
{
    private readonly LossyDisk _disk = new(seed: 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_starts_in_the_middle()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(100);

        Assert.Equal(Range(50, 100), journal.Offsets(from: 50));
        Assert.All(journal.ReadAll(from: 50), record => Assert.Equal(0UL, record.MissingBefore));
    }

    [Fact]
    public async Task It_follows_the_journal_over_segments()
    {
        await using var journal = _disk.Open();
        using var reader = journal.OpenReader(0);

        for (var i = 0UL; i < 100; i++)
        {
            Assert.False(reader.TryRead(out _));
            await journal.FillAsync(1);
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(i, record.Offset);
            Assert.Equal(Numbered(i), Encoding.UTF8.GetString(record.Payload.Span));
        }
    }

    [Fact]
    public async Task It_waits_for_the_next_record_without_looking_again()
    {
        await using var journal = _disk.Open();
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(out _));
        var waiting = reader.WaitAsync(Stop).AsTask();
        Assert.False(waiting.IsCompleted);

        await journal.FillAsync(1);
        await waiting;
        Assert.True(reader.TryRead(out _));
    }

    [Fact]
    public async Task Waiting_ends_at_once_when_something_came_meanwhile()
    {
        await using var journal = _disk.Open();
        using var reader = journal.OpenReader(0);
        Assert.False(reader.TryRead(out _));
        await journal.FillAsync(1);

        Assert.True(reader.WaitAsync(Stop).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        await using var journal = _disk.Open();
        using var reader = journal.OpenReader(0);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = reader.WaitAsync(giveUp.Token).AsTask();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Waiting_ends_when_the_journal_closes()
    {
        var journal = _disk.Open();
        using var reader = journal.OpenReader(0);
        var waiting = reader.WaitAsync(Stop).AsTask();
        await journal.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public async Task From_beyond_the_end_it_starts_at_the_end()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(3);
        using var reader = journal.OpenReader(1000);

        Assert.Equal(3UL, reader.Position);
        await journal.FillAsync(1);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(3UL, record.Offset);
    }

    [Fact]
    public async Task It_says_how_many_offsets_were_reclaimed_before_its_first_record()
    {
        var clock = new FakeTimeProvider();
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.FromHours(1) }, clock);
        await journal.FillAsync(100);
        clock.Advance(TimeSpan.FromHours(2));
        journal.OpenCursor("sink").Checkpoint(70);

        Assert.Equal(66UL, journal.FirstOffset);
        Assert.Equal((66UL, 56UL), (journal.ReadAll(from: 10)[0].Offset, journal.ReadAll(from: 10)[0].MissingBefore));
        Assert.Empty(journal.Damage);
    }

    [Fact]
    public async Task It_reads_on_in_a_segment_that_is_removed_under_it()
    {
        var clock = new FakeTimeProvider();
        await using var journal = _disk.Open(Small with { RetainFor = TimeSpan.FromHours(1) }, clock);
        await journal.FillAsync(100);
        using var reader = journal.OpenReader(5);
        Assert.True(reader.TryRead(out _));

        clock.Advance(TimeSpan.FromHours(2));
        journal.OpenCursor("sink").Checkpoint(100);
        Assert.Equal(99UL, journal.FirstOffset);

        var offsets = new List<(ulong, ulong)>();
        while (reader.TryRead(out var record)) offsets.Add((record.Offset, record.MissingBefore));
        Assert.Equal((6UL, 0UL), offsets[0]);
        Assert.Equal((99UL, 66UL), offsets[^1]);
        Assert.Equal(28, offsets.Count);
        Assert.Empty(journal.Damage);
    }

    [Fact]
    public async Task Records_larger_than_its_buffer_are_read()
    {
        await using var journal = _disk.Open(new() { ReserveBytes = 0 });
        await journal.AppendDurablyAsync("small");
        await journal.AppendDurablyAsync(new string('x', 1 << 20));
        await journal.AppendDurablyAsync("small");

        Assert.Equal([5, 1 << 20, 5], journal.ReadAll().Select(record => record.Payload.Length));
    }
}
