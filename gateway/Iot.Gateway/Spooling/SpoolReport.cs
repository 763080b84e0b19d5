using Iot.Journal;

namespace Iot.Gateway.Spooling;

/// <summary>Says what opening the spool found, and what readers find later.</summary>
internal static class SpoolReport
{
    public static void Opened(ILogger log, string path, SegmentedJournal journal)
    {
        log.Opened(path, journal.NextOffset - journal.FirstOffset, journal.FirstOffset, journal.Bytes);
        if (journal.Recovery.TornBytes > 0) log.TornTailCut(journal.Recovery.TornBytes);
        foreach (var damage in journal.Recovery.Damage) Damaged(log, damage);
        foreach (var file in journal.Recovery.SetAside) log.FileSetAside(file.From, file.To, file.Why);
        foreach (var cursor in journal.Recovery.LostCursors) log.CursorLost(cursor, journal.FirstOffset);
        if (journal.Recovery.OffsetsSkipped > 0) log.OffsetsSkipped(journal.Recovery.OffsetsSkipped);
        journal.DamageFound += (_, found) => Damaged(log, found.Damage);
    }

    private static void Damaged(ILogger log, JournalDamage damage) =>
        log.DamageFound(damage.Segment, damage.Position, damage.Missing, damage.FirstMissing);
}
