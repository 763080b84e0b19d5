using Iot.Journal;

namespace Iot.Gateway.Backups;

/// <summary>Keeps the records of the spool while they are copied. One that a crash left behind is removed when the spool is opened.</summary>
internal sealed class BackupHold : IDisposable
{
    public const string Cursor = "backup";

    private readonly SegmentedJournal _journal;

    /// <param name="needed">First record that the copy of the store does not hold.</param>
    /// <exception cref="IOException">The spool does not hold it any more.</exception>
    public BackupHold(SegmentedJournal journal, ulong needed)
    {
        _journal = journal;
        journal.OpenCursor(Cursor);
        if (journal.FirstOffset <= needed) return;

        Dispose();
        throw new IOException($"While the store was copied the spool let go of records from {needed} to {journal.FirstOffset}, which the copy does not hold. Raise Journal:MaxBytes or Journal:RetainFor, and make the backup again.");
    }

    /// <exception cref="IOException">Live messages need the room.</exception>
    public void Check()
    {
        if (_journal.IsFull) throw new IOException("The spool has become full, and messages come first: the backup was given up. Make it again when the sinks have caught up.");
    }

    public void Dispose() => _journal.RemoveCursor(Cursor);
}
