namespace Iot.EdgeAgent.Timekeeping;

/// <summary>When a boot was that ended before its time was known.</summary>
/// <remarks>
/// A clock with a battery goes wrong by the same amount in the next boot: what is known there is known here. A clock without one starts anew,
/// which shows, since the boot would then have ended after the next began. It is placed as late as it can have been: it ended when the next began.
/// </remarks>
internal static class BootEstimate
{
    /// <param name="notes">Oldest first; those before <paramref name="at"/> that have no time get one.</param>
    /// <param name="offsetNs">The time of the one at <paramref name="at"/>.</param>
    /// <returns>How many.</returns>
    public static int Fill(List<BootNote> notes, int at, long offsetNs)
    {
        var estimates = 0;
        var (wrongBy, next) = (offsetNs - notes[at].RawNs, offsetNs);
        for (var i = at - 1; i >= 0; i--)
        {
            if (notes[i].OffsetNs is null)
            {
                notes[i] = notes[i] with { OffsetNs = Of(notes[i], wrongBy, next), IsEstimate = true };
                estimates++;
            }

            next = Math.Min(next, notes[i].OffsetNs!.Value);
        }

        return estimates;
    }

    private static long Of(BootNote note, long wrongBy, long next)
    {
        var byBattery = note.RawNs + wrongBy;
        var offset = byBattery + note.EndNs <= next && byBattery >= MachineClocks.ToNs(MachineClocks.Earliest) ? byBattery : next - note.EndNs;
        return offset / BootNotes.NsPerMs * BootNotes.NsPerMs;
    }
}
