using System.Text;
using Iot.Testing;
using static Iot.Journal.Tests.JournalTesting;

namespace Iot.Journal.Tests;

public sealed class SegmentedJournalTests
{
    private readonly LossyDisk _disk = new(seed: 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_journal_is_empty_and_clean()
    {
        await using var journal = _disk.Open();

        Assert.Equal((0UL, 0UL, 0L), (journal.FirstOffset, journal.NextOffset, journal.Bytes));
        Assert.True(journal.Recovery.IsClean);
        Assert.False(journal.IsFull);
        Assert.NotEqual(0UL, journal.Identity);
    }

    [Fact]
    public async Task A_record_is_head_and_then_body()
    {
        await using var journal = _disk.Open();
        await (await journal.AppendAsync("head "u8.ToArray(), "body"u8.ToArray(), Stop)).Durable;

        Assert.Equal([(0UL, "head body", 0UL)], journal.ReadAll());
    }

    [Fact]
    public async Task An_empty_record_is_a_record()
    {
        await using var journal = _disk.Open();
        await journal.AppendDurablyAsync("");
        await journal.AppendDurablyAsync("x");

        Assert.Equal([(0UL, "", 0UL), (1UL, "x", 0UL)], journal.ReadAll());
    }

    [Fact]
    public async Task The_bytes_may_be_reused_as_soon_as_append_returns()
    {
        await using var journal = _disk.Open();
        _disk.HoldSyncs();
        var bytes = "first"u8.ToArray();
        var ticket = await journal.AppendAsync(bytes, default, Stop);
        bytes.AsSpan().Fill((byte)'?');
        _disk.ReleaseSyncs();
        await ticket.Durable;

        Assert.Equal("first", journal.ReadAll().Single().Payload);
    }

    [Fact]
    public async Task Readers_see_a_record_only_once_it_is_durable()
    {
        await using var journal = _disk.Open();
        _disk.HoldSyncs();
        var ticket = await journal.AppendAsync("x");

        Assert.False(ticket.Durable.IsCompleted);
        Assert.Equal(0UL, journal.NextOffset);
        Assert.Empty(journal.ReadAll());

        _disk.ReleaseSyncs();
        await ticket.Durable;
        Assert.Equal(1UL, journal.NextOffset);
        Assert.Single(journal.ReadAll());
    }

    [Fact]
    public async Task Appends_that_wait_for_the_same_fsync_share_one_task_and_one_fsync()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(1);
        _disk.HoldSyncs();
        var first = await journal.AppendAsync("being written");
        await _disk.SyncHeldAsync(Stop);
        var before = journal.Counters.Fsyncs;
        var tickets = new List<AppendTicket>();
        for (var i = 0; i < 20; i++) tickets.Add(await journal.AppendAsync("waits"));
        _disk.ReleaseSyncs();
        await Task.WhenAll(tickets.Select(ticket => ticket.Durable));

        Assert.Single(tickets.Select(ticket => ticket.Durable.Id).Distinct());
        Assert.True(first.Durable.IsCompletedSuccessfully);
        Assert.Equal(2, journal.Counters.Fsyncs - before);
    }

    [Fact]
    public async Task It_continues_where_it_was_closed()
    {
        ulong identity;
        await using (var journal = _disk.Open())
        {
            await journal.FillAsync(100);
            identity = journal.Identity;
        }

        await using var again = _disk.Open();
        Assert.True(again.Recovery.IsClean);
        Assert.Equal(identity, again.Identity);
        await again.FillAsync(10);
        Assert.Equal(Range(0, 110), again.Offsets());
    }

    [Fact]
    public async Task Closing_writes_what_was_taken()
    {
        var journal = _disk.Open();
        var tickets = new List<AppendTicket>();
        for (var i = 0; i < 50; i++) tickets.Add(await journal.AppendAsync($"{i}"));
        await journal.DisposeAsync();

        Assert.All(tickets, ticket => Assert.True(ticket.Durable.IsCompletedSuccessfully));
        await using var again = _disk.Open();
        Assert.Equal(Range(0, 50), again.Offsets());
    }

    [Fact]
    public async Task A_closed_journal_takes_nothing()
    {
        var journal = _disk.Open();
        await journal.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => journal.AppendAsync("late"));
    }

    [Fact]
    public async Task A_record_above_the_limit_is_the_callers_mistake()
    {
        await using var journal = _disk.Open();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.AppendAsync(new string('x', 2049)));
        Assert.Equal(0UL, await journal.AppendDurablyAsync(new string('x', 2048)));
    }

    [Fact]
    public async Task Appends_wait_their_turn_while_too_much_is_unwritten_and_can_be_cancelled()
    {
        await using var journal = _disk.Open(Small with { MaxPendingBytes = 2500 });
        _disk.HoldSyncs();
        await journal.AppendAsync(new string('a', 2000));
        using var giveUp = new CancellationTokenSource();
        var cancelled = journal.AppendAsync(Encoding.UTF8.GetBytes(new string('b', 2000)), default, giveUp.Token).AsTask();
        var second = journal.AppendAsync(new string('c', 2000));
        var third = journal.AppendAsync("small, and yet not before the others");

        Assert.False(second.IsCompleted || third.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _disk.ReleaseSyncs();

        Assert.Equal((1UL, 2UL), ((await second).Offset, (await third).Offset));
        await (await third).Durable;
        Assert.Equal(["a", "c", "s"], journal.ReadAll().Select(record => record.Payload[..1]));
    }

    [Fact]
    public async Task A_second_one_on_the_same_directory_is_refused()
    {
        await using var journal = _disk.Open();

        var refusal = Assert.Throws<JournalLockedException>(() => _disk.Open());
        Assert.Equal(Home, refusal.Directory);
    }

    [Fact]
    public async Task The_lock_goes_with_the_journal()
    {
        await _disk.Open().DisposeAsync();
        await using var again = _disk.Open();

        Assert.Equal(0UL, again.NextOffset);
    }

    [Fact]
    public async Task Segments_are_closed_at_their_length_and_named_by_their_first_offset()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(100);

        Assert.Equal(
            ["/journal/00000000000000000000.segment", "/journal/00000000000000000033.segment", "/journal/00000000000000000066.segment", "/journal/00000000000000000099.segment"],
            _disk.Segments());
        Assert.Equal(Range(0, 100), journal.Offsets());
        Assert.Equal(4 * SegmentHeader.Size + 100 * 120, journal.Bytes);
    }

    [Fact]
    public async Task Counters_add_up()
    {
        await using var journal = _disk.Open();
        await journal.FillAsync(10);

        var counters = journal.Counters;
        Assert.Equal((10L, 10L * 120), (counters.Appends, counters.BytesWritten));
        Assert.Equal(11, counters.Fsyncs);
        Assert.Equal(journal.Bytes, counters.BytesWritten + SegmentHeader.Size);
    }
}
