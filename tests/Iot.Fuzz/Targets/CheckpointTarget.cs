using System.Buffers.Binary;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Fuzz;

/// <summary>A cursor's file beside a journal of eight records: its later good note counts; without one, the cursor is lost and says so.</summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    /// <summary>The input is the two notes, not the 4 KiB between them.</summary>
    private const byte NotesOnly = 2;

    private const int SecondAt = CursorSlot.FileSize - CursorSlot.Size;
    private const string Path = $"{JournalOnDisk.Home}/sink{CursorSet.Extension}";

    public override string Name => "checkpoint";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            yield return [FlaggedInput.Repair | NotesOnly, .. Notes(new(1, 3), new(2, 5))];
            yield return [FlaggedInput.Repair | NotesOnly, .. Notes(new(3, 7), new(2, 5))];
            yield return [FlaggedInput.Repair | NotesOnly, .. Notes(new(3, 700), new(2, 5))];
            yield return [NotesOnly, .. Notes(new(1, 3), new(2, 5))];
            yield return [0, .. File(Notes(new(1, 3), new(2, 5)))];
        }
    }

    public override void Run(byte[] input)
    {
        if (!FlaggedInput.TryTake(input, out var flags, out var file)) return;

        if ((flags & NotesOnly) != 0) file = File(file);
        if ((flags & FlaggedInput.Repair) != 0) Repair(file);
        var expected = Later(NoteAt(file, 0), NoteAt(file, SecondAt));
        if (expected is { Offset: > long.MaxValue } or { Turn: > long.MaxValue }) return; // more than a journal lives to see

        var disk = JournalOnDisk.OfEight();
        disk.WriteAllBytes(Path, file);
        var next = Checkpointed(disk, expected);
        using var after = JournalOnDisk.Open(disk);
        Promise.Same(next, after.Journal.OpenCursor("sink").Offset, "the checkpoint after a restart");
        Promise.Holds(after.Journal.Recovery.IsClean, "a second start finds something");
    }

    private static ulong Checkpointed(LossyDisk disk, (ulong Turn, ulong Offset)? expected)
    {
        using var opened = JournalOnDisk.Open(disk);
        var journal = opened.Journal;
        Promise.Same(expected is null, journal.Recovery.LostCursors.Contains("sink"), "a cursor without a good note is lost, any other is not");

        var cursor = journal.OpenCursor("sink");
        Promise.Same(expected?.Offset ?? 0, cursor.Offset, "where the cursor stands");
        Promise.Same(Math.Max(JournalOnDisk.Eight, cursor.Offset), journal.NextOffset, "where the journal goes on");

        opened.Append([1, 2, 3]);
        cursor.Checkpoint(journal.NextOffset);
        return journal.NextOffset;
    }

    private static (ulong Turn, ulong Offset)? NoteAt(ReadOnlySpan<byte> file, int at)
    {
        if (file.Length < at + CursorSlot.Size) return null;

        var note = file.Slice(at, CursorSlot.Size);
        var good = note.StartsWith("Icr1"u8) && BinaryPrimitives.ReadUInt32LittleEndian(note[4..]) == Crc32C.Of(note[8..]);
        return good ? (BinaryPrimitives.ReadUInt64LittleEndian(note[8..]), BinaryPrimitives.ReadUInt64LittleEndian(note[16..])) : null;
    }

    private static (ulong Turn, ulong Offset)? Later((ulong Turn, ulong Offset)? first, (ulong Turn, ulong Offset)? second) =>
        first is null || second?.Turn > first.Value.Turn ? second : first;

    private static void Repair(Span<byte> file)
    {
        foreach (var at in (ReadOnlySpan<int>)[0, SecondAt])
        {
            if (file.Length < at + CursorSlot.Size) return;

            var note = file.Slice(at, CursorSlot.Size);
            BinaryPrimitives.WriteUInt32LittleEndian(note[4..], Crc32C.Of(note[8..]));
        }
    }

    private static byte[] Notes(CursorSlot odd, CursorSlot even)
    {
        var notes = new byte[2 * CursorSlot.Size];
        odd.Write(notes);
        even.Write(notes.AsSpan(CursorSlot.Size));
        return notes;
    }

    private static byte[] File(ReadOnlySpan<byte> notes)
    {
        var file = new byte[CursorSlot.FileSize];
        notes[..Math.Min(notes.Length, CursorSlot.Size)].CopyTo(file);
        if (notes.Length > CursorSlot.Size) notes[CursorSlot.Size..Math.Min(notes.Length, 2 * CursorSlot.Size)].CopyTo(file.AsSpan(SecondAt));
        return file;
    }
}
