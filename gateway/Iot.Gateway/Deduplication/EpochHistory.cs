using System.Runtime.InteropServices;

namespace Iot.Gateway.Deduplication;

/// <summary>Batches that never arrived: <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
/// <param name="GivenUp">The device said that it no longer holds them; else they may still come.</param>
/// <param name="Held">The device said that it holds them still: they wait in its outbox.</param>
/// <param name="AfterNs">Time of the newest reading of the batch before them; 0 when nobody knows, or there is none.</param>
/// <param name="BeforeNs">Time of the oldest reading of the batch behind them; 0 when nobody knows.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SequenceGap(ulong Epoch, ulong From, ulong To, bool GivenUp, bool Held = false, long AfterNs = 0, long BeforeNs = 0);

/// <summary>What was received of one epoch: which seqs are on disk, and where our knowledge begins. Not thread-safe.</summary>
internal sealed class EpochHistory(ulong epoch)
{
    public ulong Epoch { get; } = epoch;

    public IntervalSet Seen { get; } = new();

    /// <summary>Lowest seq that the device still holds, as it last said; 0 when it never did.</summary>
    public ulong First { get; private set; }

    /// <summary>Through this seq nothing is known one by one: it was forgotten, or lies before all that we remember. 0: all is known.</summary>
    public ulong ForgottenThrough { get; private set; }

    /// <summary>How many of the forgotten seqs had not arrived; their gaps have no names any more, only this count.</summary>
    public ulong ForgottenMissing { get; private set; }

    /// <summary>Batches that have not arrived and still may, those whose place was forgotten included.</summary>
    public ulong Missing => ForgottenMissing + Sum(givenUp: false);

    /// <summary>Batches below <see cref="First"/> that have not arrived.</summary>
    public ulong GivenUp => Sum(givenUp: true);

    public void NoteFirst(ulong first) => First = Math.Max(First, first);

    /// <summary>Our memory begins with <paramref name="seq"/>: what lies below is neither received nor missing.</summary>
    public void BeginAt(ulong seq) => ForgottenThrough = seq - 1;

    /// <summary>Takes over what a snapshot says, before any interval is added.</summary>
    public void Restore(ulong first, ulong forgottenThrough, ulong forgottenMissing) =>
        (First, ForgottenThrough, ForgottenMissing) = (first, forgottenThrough, forgottenMissing);

    /// <summary>Drops the lowest intervals, never the last one; the gaps below them go into the count.</summary>
    /// <returns>How many.</returns>
    public int ForgetLowest(int most)
    {
        var dropped = Math.Min(most, Seen.Count - 1);
        foreach (var lowest in Seen.Intervals[..dropped])
        {
            if (lowest.To <= ForgottenThrough) continue;

            if (lowest.From > ForgottenThrough) ForgottenMissing += lowest.From - 1 - ForgottenThrough;
            ForgottenThrough = lowest.To;
        }

        Seen.RemoveLowest(dropped);
        return dropped;
    }

    /// <summary>Every missing range between what is known first and what was seen last, ascending.</summary>
    public void AddGapsTo(List<SequenceGap> gaps)
    {
        var (known, knownEndsNs) = (ForgottenThrough, 0L);
        foreach (var interval in Seen.Intervals)
        {
            if (interval.To <= known) continue;
            if (interval.From > known && interval.From - 1 > known) AddGap(gaps, new(Epoch, known + 1, interval.From - 1, GivenUp: false, Held: false, knownEndsNs, interval.BeginsNs));

            (known, knownEndsNs) = (interval.To, interval.EndsNs);
        }
    }

    private ulong Sum(bool givenUp)
    {
        List<SequenceGap> gaps = [];
        AddGapsTo(gaps);
        return gaps.Where(gap => gap.GivenUp == givenUp).Aggregate(0UL, (sum, gap) => sum + (gap.To - gap.From + 1));
    }

    /// <summary>One that is partly given up and partly held has no batch between: the time there is shared out by the number of batches.</summary>
    private void AddGap(List<SequenceGap> gaps, in SequenceGap gap)
    {
        if (gap.To < First || gap.From >= First)
        {
            gaps.Add(gap with { GivenUp = gap.To < First, Held = First > 0 && gap.From >= First });
            return;
        }

        var between = 0L;
        if (gap is { AfterNs: > 0, BeforeNs: > 0 })
        {
            var share = (double)(First - gap.From) / (gap.To - gap.From + 1);
            between = gap.AfterNs + (long)((gap.BeforeNs - gap.AfterNs) * share);
        }

        gaps.Add(gap with { To = First - 1, GivenUp = true, BeforeNs = between });
        gaps.Add(gap with { From = First, Held = true, AfterNs = between });
    }
}
