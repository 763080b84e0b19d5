using System.Runtime.InteropServices;

namespace Iot.Gateway.Deduplication;

/// <summary>Batches that never arrived: <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
/// <param name="GivenUp">The device said that it no longer holds them; else they may still come.</param>
/// <param name="Held">The device said that it holds them still: they wait in its outbox.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SequenceGap(ulong Epoch, ulong From, ulong To, bool GivenUp, bool Held = false);

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
        var known = ForgottenThrough;
        foreach (var interval in Seen.Intervals)
        {
            if (interval.To <= known) continue;
            if (interval.From > known && interval.From - 1 > known) AddGap(gaps, known + 1, interval.From - 1);

            known = interval.To;
        }
    }

    private ulong Sum(bool givenUp)
    {
        List<SequenceGap> gaps = [];
        AddGapsTo(gaps);
        return gaps.Where(gap => gap.GivenUp == givenUp).Aggregate(0UL, (sum, gap) => sum + (gap.To - gap.From + 1));
    }

    private void AddGap(List<SequenceGap> gaps, ulong from, ulong to)
    {
        if (to < First || from >= First)
        {
            gaps.Add(new(Epoch, from, to, GivenUp: to < First, Held: First > 0 && from >= First));
            return;
        }

        gaps.Add(new(Epoch, from, First - 1, GivenUp: true));
        gaps.Add(new(Epoch, First, to, GivenUp: false, Held: true));
    }
}
