namespace Iot.Journal;

/// <summary>Looks at the files of a journal, also while a program has it open: nothing is locked, renamed or written.</summary>
/// <remarks>What is appended or reclaimed meanwhile may be seen or not. Holds one window of one file at a time, and a line a segment.</remarks>
public sealed class JournalInspector
{
    private static readonly string[] Folders = ["", "spool", "journal", "outbox/journal"]; // itself, or where gateway, outbox and agent keep theirs

    private readonly IDisk _disk;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<InspectedFile> _files;
    private readonly bool _isDirectory;

    private JournalInspector(IDisk disk, TimeProvider clock, string path, IReadOnlyList<InspectedFile> files, bool isDirectory) =>
        (_disk, _clock, Path, _files, _isDirectory) = (disk, clock, path, files, isDirectory);

    /// <summary>The directory that was found, or the one file.</summary>
    public string Path { get; }

    /// <summary>The number that all its segments carry; null when no header tells it.</summary>
    public ulong? Identity => _files.FirstOrDefault(file => file is { IsLive: true, Header: not null })?.Header?.Identity;

    /// <param name="path">Directory of a journal, data directory of a gateway or an agent, or one segment file.</param>
    /// <param name="clock">Of this machine.</param>
    /// <param name="disk">Default: the real one.</param>
    /// <exception cref="NotAJournalException">It is none of them; the message says what to do.</exception>
    public static JournalInspector Open(string path, TimeProvider clock, IDisk? disk = null)
    {
        disk ??= new PosixDisk();
        if (disk.Exists(path)) return OfFile(path, clock, disk);

        foreach (var directory in Folders.Select(folder => System.IO.Path.Combine(path, folder).TrimEnd('/')))
        {
            if (TryList(disk, directory) is not { } entries || !entries.Any(IsOurs)) continue;

            return new(disk, clock, directory, InspectedDirectory.Read(disk, directory, clock), isDirectory: true);
        }

        throw TryList(disk, path) is null
            ? new NotAJournalException(path, "is not there", "Name the directory of a journal (DATA/spool of a gateway, the data directory of an agent), or one segment file.")
            : new NotAJournalException(path, "holds no journal: no segment, no cursor and no journal.lock", "Name the directory that the files NNN.segment lie in.");
    }

    /// <summary>Reads every segment, in the order of offsets; each costs the reading of its file.</summary>
    public IEnumerable<SegmentInspection> Segments()
    {
        foreach (var (file, end) in WithEnds())
        {
            if (TryInspect(file, end) is { } segment) yield return segment;
        }
    }

    /// <summary>Readable records from <paramref name="from"/> on, damage skipped; what the journal would not read is not among them.</summary>
    public IEnumerable<JournalRecord> Records(ulong from)
    {
        var next = from;
        foreach (var (file, end) in WithEnds().Where(one => one.File.State != SegmentState.Foreign && (!_isDirectory || one.File.IsLive)))
        {
            if ((end is { } known && known <= from) || TryOpen(file) is not { } opened) continue;

            using var scanner = new FrameScanner(opened, file.Header?.Mark ?? 0, file.FirstOffset);
            while (scanner.TryNext(file.Length, end ?? ulong.MaxValue, out var frame, out _))
            {
                if (frame.Offset < next) continue;

                yield return new(frame.Offset, frame.Payload, frame.Offset - next);
                next = frame.Offset + 1;
            }
        }
    }

    /// <summary>None beside a single file.</summary>
    public IReadOnlyList<CursorInspection> Cursors() => !_isDirectory ? [] :
        [.. _disk.List(Path).Where(entry => entry.Name.EndsWith(CursorSet.Extension, StringComparison.Ordinal)).OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(ReadCursor)];

    private static JournalInspector OfFile(string path, TimeProvider clock, IDisk disk)
    {
        var directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
        var entry = disk.List(directory).FirstOrDefault(one => one.Name.Equals(System.IO.Path.GetFileName(path), StringComparison.Ordinal));
        var file = entry is null ? null : InspectedFile.TryRead(disk, directory, entry, clock);
        if (file is null or { State: SegmentState.Foreign }) file = InspectedFile.TryRead(disk, path, clock);
        return file is not null
            ? new(disk, clock, path, [file], isDirectory: false)
            : throw new NotAJournalException(path, "is no segment of a journal: neither its name nor its first bytes are", "Segments are named NNN.segment, NNN.suspect or NNN.damaged.");
    }

    private static bool IsOurs(DiskEntry entry) =>
        entry.Name.Equals(SegmentedJournal.LockFile, StringComparison.Ordinal) ||
        System.IO.Path.GetExtension(entry.Name) is Segment.Extension or Segment.SuspectExtension or Segment.DamagedExtension or CursorSet.Extension;

    private static IReadOnlyList<DiskEntry>? TryList(IDisk disk, string directory)
    {
        try
        {
            return disk.List(directory);
        }
        catch (DiskException failure) when (failure.IsMissing)
        {
            return null;
        }
    }

    private IEnumerable<(InspectedFile File, ulong? End)> WithEnds()
    {
        var live = _files.Where(file => file.IsLive).Select(file => file.FirstOffset).ToList();
        var at = 0;
        foreach (var file in _files)
        {
            if (file.IsLive) at++;
            yield return (file, file.IsLive && at < live.Count ? live[at] : null);
        }
    }

    private IDiskFile? TryOpen(InspectedFile file)
    {
        try
        {
            return file.Open(_disk, UnreadableBlocks.GivenUpAtOnce(), _clock);
        }
        catch (DiskException failure) when (failure.IsMissing)
        {
            return null; // reclaimed or renamed meanwhile
        }
    }

    private SegmentInspection? TryInspect(InspectedFile file, ulong? end)
    {
        try
        {
            return new SegmentInspector(_disk, _clock, file, end).Inspect();
        }
        catch (DiskException failure) when (failure.IsMissing)
        {
            return null; // reclaimed or renamed meanwhile
        }
    }

    private CursorInspection ReadCursor(DiskEntry entry)
    {
        var bytes = new byte[CursorSlot.FileSize];
        using var file = new ReadAroundFile(
            _disk.Open(System.IO.Path.Combine(Path, entry.Name), writable: false), UnreadableBlocks.GivenUpAtOnce(), _clock, static () => true);
        var read = file.Read(bytes, 0);
        return new(entry.Name[..^CursorSet.Extension.Length], CursorSlot.ReadLatest(bytes.AsSpan(0, read))?.Offset);
    }
}
