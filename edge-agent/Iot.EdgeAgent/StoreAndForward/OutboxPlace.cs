using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Where an outbox stands: its epoch, and what is acknowledged. Kept in the journal's cursor and in a note beside it.</summary>
/// <remarks>
/// The cursor alone says what may be deleted. The note, written before the cursor moves, adds the ranges above it. Thread-safe.
/// </remarks>
internal sealed class OutboxPlace : IDisposable
{
    private readonly Lock _noting = new();
    private readonly JournalCursor _cursor;
    private readonly NoteFile _notes;

    private OutboxPlace(JournalCursor cursor, NoteFile notes, Epoch epoch, Acknowledged acknowledged) =>
        (_cursor, _notes, Epoch, Acknowledged) = (cursor, notes, epoch, acknowledged);

    public Epoch Epoch { get; }

    public Acknowledged Acknowledged { get; }

    /// <exception cref="IOException">The disk refuses.</exception>
    public static OutboxPlace Open(IDisk disk, string directory, SegmentedJournal journal, DeviceId device, ILogger logger)
    {
        var cursor = journal.OpenCursor("publish");
        var notes = NoteFile.Open(disk, directory);
        var (epoch, next) = (EpochFile.Read(disk, directory), journal.NextOffset);
        var note = notes.Last is { } last && last.Epoch == epoch?.Number ? last : null;
        var reached = Math.Max(cursor.Offset, note is null ? 0 : Math.Max(note.Floor, note.Above.Count == 0 ? 0 : note.Above[^1].To));
        var asLeft = journal.Recovery.IsClean && reached <= next;
        if (epoch is null || !asLeft || epoch.Base > next)
        {
            if (!asLeft) logger.OutboxRecovered(device, journal.Recovery.TornBytes, journal.Recovery.Damage.Count);
            epoch = Epoch.StartAt(next);
            EpochFile.Write(disk, directory, epoch);
            logger.EpochStarted(device, epoch.Number);
            note = null; // its offsets may be those of other batches now
        }

        var floor = Math.Max(Math.Max(cursor.Offset, note?.Floor ?? 0), journal.FirstOffset);
        return new(cursor, notes, epoch, new(Math.Min(floor, next), note?.Above ?? []));
    }

    /// <exception cref="IOException">Nothing is lost: after a restart a few batches are sent again.</exception>
    public void Checkpoint()
    {
        lock (_noting)
        {
            var (floor, above) = (Acknowledged.Floor, Acknowledged.Above);
            if (above.Count > 0 || _notes.Last is { Above.Count: > 0 })
                _notes.Write(turn => new(turn, Epoch.Number, floor, 0, above));
            _cursor.Checkpoint(floor);
        }
    }

    public void Dispose() => _notes.Dispose();
}
