using System.Security.Cryptography;

namespace Iot.Journal;

/// <summary>Writes groups into the last segment and starts new ones. Owned by the writer thread.</summary>
internal sealed class SegmentWriter(
    IDisk disk, string directory, JournalOptions options, TimeProvider clock, SegmentList segments, ulong identity)
    : IDisposable
{
    private Segment? _active;
    private IDiskFile? _file;
    private long _fsyncs, _syncTicks, _bytesWritten;

    public long Fsyncs => Interlocked.Read(ref _fsyncs);

    /// <summary>What they took together.</summary>
    public TimeSpan SyncTime => new(Interlocked.Read(ref _syncTicks));

    public long BytesWritten => Interlocked.Read(ref _bytesWritten);

    /// <summary>Goes on in a segment that recovery found whole.</summary>
    public void Adopt(Segment segment, IDiskFile file) => (_active, _file) = (segment, file);

    /// <summary>Returns once the group is on disk.</summary>
    /// <returns>True when it went into a new segment.</returns>
    /// <exception cref="IOException">It is not, and <see cref="Abandon"/> must follow.</exception>
    public bool Write(AppendGroup group)
    {
        var rolled = _active is null || IsDoneWith(_active, group.Length);
        if (rolled) Start(group.FirstOffset);

        _file!.Write(group.Seal(_active!.Mark), _active.DurableLength);
        Sync(_file);
        _active.Extend(group.Length);
        Interlocked.Add(ref _bytesWritten, group.Length);
        return rolled;
    }

    /// <summary>After a failure the file is never written again: what a failed fsync left behind cannot be known.</summary>
    public void Abandon()
    {
        if (_active is not { } failed || _file is not { } file) return;

        try
        {
            file.Truncate(failed.DurableLength);
            Sync(file);
        }
        catch (IOException)
        {
            // The bytes stay. The next segment starts at the offset they claim, and a segment ends where the next begins.
        }

        file.Dispose();
        (_active, _file) = (null, null);
        if (failed.DurableLength == SegmentHeader.Size) segments.Remove(failed); // Start() reuses its name
    }

    public void Dispose() => _file?.Dispose();

    private bool IsDoneWith(Segment active, int length) => active.DurableLength > SegmentHeader.Size
        && (active.IsSuspect || active.DurableLength + length > options.EffectiveSegmentBytes);

    private void Start(ulong firstOffset)
    {
        _file?.Dispose();
        (_active, _file) = (null, null);

        var path = Segment.PathOf(directory, firstOffset, Segment.Extension);
        if (disk.Exists(path)) disk.Delete(path); // left by a start that failed: it holds no record

        var header = new SegmentHeader(NewMark(), identity, firstOffset, clock.GetUtcNow());
        var file = disk.Create(path);
        try
        {
            Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
            header.Write(bytes);
            file.Write(bytes, 0);
            Sync(file);
            disk.SyncDirectory(directory);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }

        _file = file;
        _active = new(directory, header, SegmentHeader.Size, isSuspect: false);
        segments.Add(_active);
    }

    private void Sync(IDiskFile file)
    {
        var started = clock.GetTimestamp();
        file.Sync();
        Interlocked.Add(ref _syncTicks, clock.GetElapsedTime(started).Ticks);
        Interlocked.Increment(ref _fsyncs);
    }

    /// <summary>Never 0, which means unknown.</summary>
    private static uint NewMark() => (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
