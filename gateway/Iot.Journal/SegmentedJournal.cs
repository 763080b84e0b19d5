namespace Iot.Journal;

/// <summary>Segmented append-only journal in one directory: outbox of the agent, spool of the gateway.</summary>
/// <remarks>Thread-safe, but for readers. What is acknowledged is on disk; FORMAT.md says how.</remarks>
public sealed class SegmentedJournal : IAsyncDisposable
{
    internal const string LockFile = "journal.lock";

    private readonly string _directory;
    private readonly JournalOptions _options;
    private readonly TimeProvider _clock;
    private readonly IDisposable _lock;
    private readonly SegmentList _segments;
    private readonly SegmentWriter _writer;
    private readonly GroupCommit _commit;
    private readonly JournalTail _tail;
    private readonly CursorSet _cursors;
    private readonly DamageReport _damage;

    private SegmentedJournal(string directory, JournalOptions options, TimeProvider clock, IDisk disk, IDisposable @lock, Recovery found)
    {
        (_directory, _options, _clock, _lock) = (directory, options, clock, @lock);
        (Identity, Recovery) = (found.Identity, found.Report);

        _tail = new(found.NextOffset);
        _segments = new(disk, directory, clock);
        _writer = new(disk, directory, options, clock, _segments, found.Identity);
        _commit = new(options, _writer, new(disk, directory, options, clock, _segments, MakeRoom), _tail, Reclaim);
        _cursors = new(disk, directory);
        _damage = new(_segments, found.Damaged, damage => DamageFound?.Invoke(this, new(damage)));

        foreach (var segment in found.Segments) _segments.Add(segment);
        if (found.Active is { } file) _writer.Adopt(found.Segments[^1], file);
        foreach (var (name, cursorFile, slot) in found.Cursors) _cursors.Add(new(name, cursorFile, slot, _tail, CursorMoved));
    }

    /// <summary>Raised on a reader's thread, once for each damaged range; the records around it are delivered.</summary>
    public event EventHandler<JournalDamageEventArgs>? DamageFound;

    /// <summary>What opening found.</summary>
    public JournalRecovery Recovery { get; }

    /// <summary>A random number, not 0, made with the first segment: one life of this journal.</summary>
    public ulong Identity { get; }

    /// <summary>Lowest offset still held; <see cref="NextOffset"/> when there is none.</summary>
    public ulong FirstOffset => _segments.First?.FirstOffset ?? NextOffset;

    /// <summary>Where the oldest segment ends; null when it is the last.</summary>
    public ulong? OldestSegmentEnd => _segments.First?.EndOffset;

    /// <summary>One past the last durable record.</summary>
    public ulong NextOffset => _tail.NextOffset;

    /// <summary>Bytes of all segments on disk.</summary>
    public long Bytes => _segments.Bytes;

    /// <summary>Bytes of the segments that may not go: those that a cursor has still to pass, and the last. Full once they are all that it may take.</summary>
    public long HeldBytes => _segments.BytesFrom(_cursors.Lowest);

    /// <summary>Appends are being refused. Ends by itself once cursors move on or the disk has space again.</summary>
    public bool IsFull => _commit.IsFull;

    public JournalCounters Counters => new(
        _commit.Appends, _writer.Fsyncs, _writer.BytesWritten, _segments.Removed, _commit.FailedGroups,
        Recovery.Damage.Count + _damage.Count) { SyncTime = _writer.SyncTime };

    /// <summary>Damage met by readers since opening, at most 1000 ranges.</summary>
    public IReadOnlyList<JournalDamage> Damage => _damage.Known;

    /// <summary>Opens or creates; takes time by the number of segments, not by what they hold.</summary>
    /// <param name="directory">The journal's alone.</param>
    /// <param name="options">Checked already, as its attributes say.</param>
    /// <param name="clock">Ages segments and paces looks at a full disk.</param>
    /// <param name="disk">Default: the real one.</param>
    /// <exception cref="JournalLockedException">Somebody else has it open.</exception>
    /// <exception cref="JournalUnusableException">The directory cannot be read or written.</exception>
    public static SegmentedJournal Open(string directory, JournalOptions options, TimeProvider clock, IDisk? disk = null)
    {
        disk ??= new PosixDisk();
        IDisposable? held = null;
        try
        {
            disk.CreateDirectory(directory);
            held = disk.TryLock(Path.Combine(directory, LockFile)) ?? throw new JournalLockedException(directory);

            var found = new Recovery(disk, directory, clock);
            found.Run();
            var journal = new SegmentedJournal(directory, options, clock, disk, held, found);
            journal._commit.Start();
            held = null;
            return journal;
        }
        catch (DiskException failure)
        {
            throw new JournalUnusableException(directory, failure.Message,
                "Check that the directory exists, belongs to this user and that its disk is healthy.", failure);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Takes one record, <paramref name="head"/> and then <paramref name="body"/>, copied before this returns.</summary>
    /// <returns>At once, unless more than MaxPendingBytes are unwritten. Offsets are given in call order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Larger than MaxRecordBytes.</exception>
    public ValueTask<AppendTicket> AppendAsync(
        ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        _commit.AppendAsync(head, body, cancellation);

    /// <summary>A reader whose first record is <paramref name="from"/>, or the lowest above it that is there.</summary>
    public JournalReader OpenReader(ulong from) => new(_segments, _tail, _damage, from);

    /// <summary>The cursor of that name, made when missing.</summary>
    /// <param name="name">1 to 64 of A-Z a-z 0-9 . _ -, not a dot first.</param>
    /// <param name="startAt">Where a new one starts. Default: <see cref="FirstOffset"/>.</param>
    /// <exception cref="IOException">It could not be made.</exception>
    public JournalCursor OpenCursor(string name, ulong? startAt = null) =>
        _cursors.OpenOrCreate(name, () => startAt ?? FirstOffset, _tail, CursorMoved);

    /// <summary>Forgets a cursor; what only it held back may go. Unknown names are fine.</summary>
    public void RemoveCursor(string name)
    {
        _cursors.Remove(name);
        CursorMoved();
    }

    /// <summary>Removes segments that every cursor has passed and that are beyond MaxBytes or RetainFor.</summary>
    /// <remarks>Also runs when a segment is closed and at each checkpoint. Without any cursor nothing goes. When the file system
    /// is short of space, delivered segments go before their time.</remarks>
    public void Reclaim()
    {
        // One segment less than allowed, so that the one being filled has its room.
        var most = _options.MaxBytes - _options.EffectiveSegmentBytes;
        _segments.Reclaim(_cursors.Lowest, most, _clock.GetUtcNow() - _options.RetainFor);
    }

    /// <summary>Writes what was taken, then closes. Appends after this throw.</summary>
    public async ValueTask DisposeAsync()
    {
        await _commit.CloseAsync();
        _tail.Close();
        _cursors.Dispose();
        _lock.Dispose();
    }

    public override string ToString() => $"{_directory} [{FirstOffset}, {NextOffset})";

    /// <summary>Gives up delivered segments before their time, rather than refuse appends for want of disk.</summary>
    private void MakeRoom(long bytes) => _segments.Reclaim(_cursors.Lowest, _segments.Bytes - bytes, DateTimeOffset.MinValue);

    private void CursorMoved()
    {
        Reclaim();
        _commit.Recheck(atOnce: true);
    }
}
