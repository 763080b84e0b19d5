using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Tests.Deduplication;

public class SequenceHistoryTests
{
    private const ulong Epoch = 0xA;

    private readonly SequenceHistory _history = New();

    [Fact]
    public void A_batch_is_seen_once_it_is_on_disk_and_not_before()
    {
        lock (_history.Lock)
        {
            var durable = new TaskCompletionSource();
            _history.BeginInFlight(Epoch, 1, durable.Task);

            Assert.False(_history.HasSeen(Epoch, 1));
            Assert.True(_history.TryGetInFlight(Epoch, 1, out var found));
            Assert.Same(durable.Task, found);
            Assert.False(_history.TryGetInFlight(Epoch + 1, 1, out _));

            _history.Complete(Epoch, 1);
            Assert.True(_history.HasSeen(Epoch, 1));
            Assert.False(_history.TryGetInFlight(Epoch, 1, out _));
            Assert.False(_history.HasInFlight);
        }
    }

    [Fact]
    public void A_batch_whose_append_failed_is_new_again()
    {
        lock (_history.Lock)
        {
            _history.BeginInFlight(Epoch, 1, Task.CompletedTask);
            _history.Abandon(Epoch, 1);

            Assert.False(_history.HasSeen(Epoch, 1));
            Assert.False(_history.TryGetInFlight(Epoch, 1, out _));
        }
    }

    [Fact]
    public void The_same_seq_of_another_epoch_is_another_batch()
    {
        lock (_history.Lock)
        {
            _history.Remember(1, 7);

            Assert.True(_history.HasSeen(1, 7));
            Assert.False(_history.HasSeen(2, 7));
            Assert.Equal((7ul, 0ul), (_history.HighestSeq(1), _history.HighestSeq(2)));
        }
    }

    [Fact]
    public void Every_gap_is_named_and_those_below_first_are_given_up()
    {
        lock (_history.Lock)
        {
            foreach (var seq in new ulong[] { 3, 4, 8, 12 }) _history.Remember(Epoch, seq);
            Assert.Equal([Gap(1, 2), Gap(5, 7), Gap(9, 11)], _history.Gaps());

            _history.NoteFirst(Epoch, 10);
            _history.NoteFirst(Epoch, 2); // an old message: what was given up is not taken back
            Assert.Equal([Gap(1, 2, givenUp: true), Gap(5, 7, givenUp: true), Gap(9, 9, givenUp: true), Gap(10, 11, held: true)], _history.Gaps());
            Assert.True(_history.IsComplete);
        }
    }

    [Fact]
    public void A_gap_closes_when_its_batches_arrive_after_all()
    {
        lock (_history.Lock)
        {
            foreach (var seq in new ulong[] { 1, 4, 3, 2 }) _history.Remember(Epoch, seq);

            Assert.Empty(_history.Gaps());
            Assert.Equal(1, Assert.Single(_history.Epochs).Seen.Count);
        }
    }

    [Fact]
    public void What_goes_beyond_the_limit_of_intervals_is_forgotten_from_the_lowest_and_never_taken_for_seen()
    {
        var history = New(maxIntervals: 16);
        lock (history.Lock)
        {
            for (ulong seq = 2; seq <= 40; seq += 2) history.Remember(Epoch, seq); // 20 intervals, each after a gap of one

            var epoch = Assert.Single(history.Epochs);
            Assert.Equal((16, 8ul, 4ul), (epoch.Seen.Count, epoch.ForgottenThrough, epoch.ForgottenMissing));
            Assert.False(history.IsComplete);
            Assert.Equal(Enumerable.Range(0, 16).Select(i => Gap(9 + 2 * (ulong)i, 9 + 2 * (ulong)i)), history.Gaps());
            for (ulong seq = 1; seq <= 40; seq++) Assert.Equal(seq > 8 && seq % 2 == 0, history.HasSeen(Epoch, seq));

            history.Remember(Epoch, 3);
            Assert.Equal((16, 8ul, 4ul), (epoch.Seen.Count, epoch.ForgottenThrough, epoch.ForgottenMissing));
        }
    }

    [Fact]
    public void The_epoch_used_least_recently_forgets_first_and_keeps_its_highest_interval()
    {
        var history = New(maxIntervals: 16);
        lock (history.Lock)
        {
            for (ulong seq = 1; seq <= 9; seq += 2) history.Remember(1, seq);
            for (ulong seq = 1; seq <= 39; seq += 2) history.Remember(2, seq);

            Assert.Equal((9ul, 39ul), (history.HighestSeq(1), history.HighestSeq(2)));
            Assert.Equal([1, 15], history.Epochs.OrderBy(epoch => epoch.Epoch).Select(epoch => epoch.Seen.Count));
        }
    }

    [Fact]
    public void The_ninth_epoch_pushes_out_the_one_used_least_recently_and_the_books_say_so()
    {
        lock (_history.Lock)
        {
            for (ulong epoch = 1; epoch <= SequenceHistory.MaxEpochs; epoch++) _history.Remember(epoch, 1);
            Assert.True(_history.HasSeen(1, 1));
            Assert.True(_history.IsComplete);

            _history.Remember(100, 1);
            Assert.Equal(SequenceHistory.MaxEpochs, _history.Epochs.Count);
            Assert.True(_history.HasSeen(1, 1));
            Assert.False(_history.HasSeen(2, 1));
            Assert.False(_history.IsComplete);

            _history.Remember(2, 50); // may have come before: 1 to 49 are unknown, not missing
            Assert.Empty(_history.Gaps());
        }
    }

    [Fact]
    public void Where_the_beginning_is_lost_gaps_are_named_from_the_lowest_seq_the_device_still_held()
    {
        var history = New(beginningLost: true);
        lock (history.Lock)
        {
            history.NoteFirst(Epoch, 90);
            history.Remember(Epoch, 100);
            history.Remember(Epoch + 1, 5);

            Assert.Equal([Gap(90, 99, held: true)], history.Gaps());
            Assert.False(history.IsComplete);
        }
    }

    [Fact]
    public void The_usual_batch_is_judged_and_remembered_without_allocating()
    {
        lock (_history.Lock)
        {
            Receive(1);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (ulong seq = 2; seq < 1000; seq++) Receive(seq);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        void Receive(ulong seq)
        {
            Assert.False(_history.HasSeen(Epoch, seq) || _history.TryGetInFlight(Epoch, seq, out _));
            _history.NoteFirst(Epoch, seq);
            _history.BeginInFlight(Epoch, seq, Task.CompletedTask);
            _history.Complete(Epoch, seq);
        }
    }

    /// <summary>A gap lies between the newest reading before it and the oldest behind it; the boundary between given up and held is a guess.</summary>
    [Fact]
    public void A_gap_knows_the_times_around_it()
    {
        lock (_history.Lock)
        {
            _history.NoteFirst(Epoch, 4);
            _history.Remember(Epoch, 2, new(100, 200));
            _history.Remember(Epoch, 7, new(1000, 1100));
            _history.Remember(Epoch, 9); // known from its head alone

            Assert.Equal(
                [
                    Gap(1, 1, givenUp: true) with { BeforeNs = 100 },
                    Gap(3, 3, givenUp: true) with { AfterNs = 200, BeforeNs = 400 },
                    Gap(4, 6, held: true) with { AfterNs = 400, BeforeNs = 1000 },
                    Gap(8, 8, held: true) with { AfterNs = 1100 },
                ],
                _history.Gaps());

            _history.Remember(Epoch, 5, new(600, 700)); // what comes late makes two of one

            Assert.Equal([(4ul, 400L, 600L), (6, 700, 1000)], _history.Gaps().Where(gap => gap.Held && gap.To < 8).Select(gap => (gap.From, gap.AfterNs, gap.BeforeNs)));
        }
    }

    private static SequenceGap Gap(ulong from, ulong to, bool givenUp = false, bool held = false) => new(Epoch, from, to, givenUp, held);

    private static SequenceHistory New(int maxIntervals = 256, bool beginningLost = false) => new(DeviceId.Parse("d"), maxIntervals, beginningLost);
}
