using Iot.Journal;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Keeps the last <see cref="OutboxNote"/> on disk, in two places by turns: one write and one fdatasync a note. Not thread-safe.</summary>
/// <remarks>A note that is lost costs batches sent again, which the gateway recognises, and a count of readings given up; never a batch.</remarks>
internal sealed class NoteFile : IDisposable
{
    private const string Name = "notes";
    private const string NewName = "notes.new";

    private readonly IDisk _disk;
    private readonly string _directory;
    private IDiskFile? _file;

    private NoteFile(IDisk disk, string directory) => (_disk, _directory) = (disk, directory);

    /// <summary>Null when there is none, or neither place can be read.</summary>
    public OutboxNote? Last { get; private set; }

    /// <summary>Made when missing; on a disk that is full, with the first note that it takes: what is stored is published meanwhile, and that makes room.</summary>
    /// <exception cref="IOException">The file that is there cannot be opened.</exception>
    public static NoteFile Open(IDisk disk, string directory)
    {
        var notes = new NoteFile(disk, directory);
        if (disk.Exists(Path.Combine(directory, Name)) && notes.TryRead()) return notes;

        try
        {
            notes._file = notes.Create();
        }
        catch (IOException)
        {
            // Write tries again, and its caller says so
        }

        return notes;
    }

    /// <summary>Returns once it is on disk.</summary>
    /// <exception cref="IOException">The last one holds still; this one is written again over itself.</exception>
    public void Write(Func<ulong, OutboxNote> ofTurn)
    {
        var file = _file ??= Create();
        var note = ofTurn((Last?.Turn ?? 0) + 1);
        file.Write(note.ToBytes(), note.Position);
        file.Sync();
        Last = note;
    }

    public void Dispose() => _file?.Dispose();

    private IDiskFile Create()
    {
        var fresh = Path.Combine(_directory, NewName);
        if (_disk.Exists(fresh)) _disk.Delete(fresh); // of a start that was cut short
        var file = _disk.Create(fresh);
        try
        {
            file.Write(new byte[OutboxNote.FileSize], 0); // full length now: notes allocate nothing
            file.Sync();
            _disk.Rename(fresh, Path.Combine(_directory, Name));
            _disk.SyncDirectory(_directory);
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>False when the disk does not give it: it is made anew, because a part of an unreadable block cannot be written either.</summary>
    private bool TryRead()
    {
        var file = _disk.Open(Path.Combine(_directory, Name), writable: true);
        try
        {
            file.Sync(); // or bytes would count that a failed sync has lost
            file.DropCache();
            var bytes = new byte[OutboxNote.FileSize];
            if (file.Read(bytes, 0) == bytes.Length)
            {
                (_file, Last) = (file, OutboxNote.ReadLatest(bytes));
                return true;
            }
        }
        catch (DiskException failure) when (failure.IsUnreadable || failure.IsDiskFull)
        {
            // made anew by the caller
        }

        file.Dispose();
        return false;
    }
}
