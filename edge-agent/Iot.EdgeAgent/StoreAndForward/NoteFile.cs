using Iot.Journal;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Keeps the last <see cref="OutboxNote"/> on disk, in two places by turns: one write and one fdatasync a note. Not thread-safe.</summary>
/// <remarks>A note that is lost costs batches sent again, which the gateway recognises, and a count of readings given up; never a batch.</remarks>
internal sealed class NoteFile : IDisposable
{
    private const string Name = "notes";
    private const string NewName = "notes.new";

    private readonly IDiskFile _file;

    private NoteFile(IDiskFile file, OutboxNote? last) => (_file, Last) = (file, last);

    /// <summary>Null when there is none, or neither place can be read.</summary>
    public OutboxNote? Last { get; private set; }

    /// <exception cref="IOException">The disk refuses.</exception>
    public static NoteFile Open(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (disk.Exists(path) && TryRead(disk, path) is { } found) return found;

        var fresh = Path.Combine(directory, NewName);
        if (disk.Exists(fresh)) disk.Delete(fresh); // of a start that was cut short
        var file = disk.Create(fresh);
        try
        {
            file.Write(new byte[OutboxNote.FileSize], 0); // full length now: notes allocate nothing
            file.Sync();
            disk.Rename(fresh, path);
            disk.SyncDirectory(directory);
            return new(file, last: null);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns once it is on disk.</summary>
    /// <exception cref="IOException">The last one holds still; this one is written again over itself.</exception>
    public void Write(Func<ulong, OutboxNote> ofTurn)
    {
        var note = ofTurn((Last?.Turn ?? 0) + 1);
        _file.Write(note.ToBytes(), note.Position);
        _file.Sync();
        Last = note;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Null when the disk does not give it: it is made anew, because a part of an unreadable block cannot be written either.</summary>
    private static NoteFile? TryRead(IDisk disk, string path)
    {
        var file = disk.Open(path, writable: true);
        try
        {
            file.Sync(); // or bytes would count that a failed sync has lost
            file.DropCache();
            var bytes = new byte[OutboxNote.FileSize];
            if (file.Read(bytes, 0) == bytes.Length) return new(file, OutboxNote.ReadLatest(bytes));
        }
        catch (DiskException failure) when (failure.IsUnreadable)
        {
            // made anew by the caller
        }

        file.Dispose();
        return null;
    }
}
