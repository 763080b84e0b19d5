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
    private long _givenUp;

    private OutboxPlace(JournalCursor cursor, NoteFile notes, Epoch epoch, Acknowledged acknowledged, ulong givenUp) =>
        (_cursor, _notes, Epoch, Acknowledged, _givenUp) = (cursor, notes, epoch, acknowledged, (long)givenUp);

    public Epoch Epoch { get; }

    public Acknowledged Acknowledged { get; }

    /// <summary>Readings of this epoch that were given up, whatever for.</summary>
    public ulong GivenUp => (ulong)Interlocked.Read(ref _givenUp);

    /// <exception cref="IOException">The disk refuses.</exception>
    public static OutboxPlace Open(IDisk disk, string directory, SegmentedJournal journal, DeviceId device, TimeProvider clock, ILogger logger)
    {
        var cursor = journal.OpenCursor("publish");
        var notes = NoteFile.Open(disk, directory);
        var (epoch, next) = (EpochFile.Read(disk, directory), journal.NextOffset);
        var note = notes.Last is { } last && last.Epoch == epoch?.Number ? last : null;
        var reached = Math.Max(cursor.Offset, note is null ? 0 : Math.Max(note.Floor, note.Above.Count == 0 ? 0 : note.Above[^1].To));
        var givenUp = note?.GivenUp ?? 0;
        var asLeft = journal.Recovery.IsClean && reached <= next;
        if (epoch is null || !asLeft || epoch.Base > next)
        {
            givenUp -= Math.Min(givenUp, new StoredBatches(journal, device, clock).LastTold(epoch?.Number ?? 0)); // the new life tells what the old one did not
            if (!asLeft) logger.OutboxRecovered(device, journal.Recovery.TornBytes, journal.Recovery.Damage.Count);
            epoch = Epoch.StartAt(next);
            EpochFile.Write(disk, directory, epoch);
            logger.EpochStarted(device, epoch.Number);
            note = null; // its offsets may be those of other batches now
        }

        var floor = Math.Max(Math.Max(cursor.Offset, note?.Floor ?? 0), journal.FirstOffset);
        return new(cursor, notes, epoch, new(Math.Min(floor, next), note?.Above ?? []), givenUp);
    }

    /// <summary>Counts them; the next note has them, and so has the next batch.</summary>
    public void GiveUp(long readings) => Interlocked.Add(ref _givenUp, readings);

    /// <summary>Gives up every batch below <paramref name="floor"/> that was neither acknowledged nor is under way.</summary>
    /// <param name="readingsOf">Counts the readings of the batches given up.</param>
    /// <exception cref="IOException">They are given up all the same; after a crash the count may be too low.</exception>
    public void GiveUpBelow(ulong floor, Func<IReadOnlyList<ulong>, long> readingsOf)
    {
        lock (_noting)
        {
            GiveUp(readingsOf(Acknowledged.RaiseTo(floor)));
            NoteAndMove();
        }
    }

    /// <exception cref="IOException">Nothing is lost: after a restart a few batches are sent again.</exception>
    public void Checkpoint()
    {
        lock (_noting) NoteAndMove();
    }

    public void Dispose() => _notes.Dispose();

    /// <summary>Without the note too: on a full disk the cursor is what frees space.</summary>
    private void NoteAndMove()
    {
        try
        {
            Note();
        }
        finally
        {
            _cursor.Checkpoint(Acknowledged.Floor);
        }
    }

    /// <summary>Only when there is something that the cursor does not say.</summary>
    private void Note()
    {
        var (above, givenUp, last) = (Acknowledged.Above, GivenUp, _notes.Last);
        if (above.Count == 0 && last is not { Above.Count: > 0 } && givenUp == (last?.Epoch == Epoch.Number ? last.GivenUp : 0)) return;

        _notes.Write(turn => new(turn, Epoch.Number, Acknowledged.Floor, givenUp, above));
    }
}
