using Iot.Journal;

namespace Iot.Testing;

/// <summary>A disk in memory that keeps, over a power cut, only what was synced for certain.</summary>
/// <remarks>
/// What was not synced survives in part: any write, whole, torn at any byte, or not at all; directory changes up to a
/// random one. A failed sync forgets its writes for good, as Linux does: a later success does not bring them back.
/// Thread-safe.
/// </remarks>
public sealed class LossyDisk : IDisk
{
    private const int InputOutputError = 5, NoEntry = 2, AlreadyThere = 17, NoSpace = 28;

    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly Dictionary<string, LossyInode> _now;
    private readonly Dictionary<string, LossyInode> _durable;
    private readonly List<(string Directory, Action<Dictionary<string, LossyInode>> Change)> _unsynced = [];
    private readonly HashSet<string> _locks = [];
    private readonly object _holding = new(); // syncs wait on it
    private bool _holdsSyncs;
    private TaskCompletionSource _syncHeld = new();
    private int _operationsLeft = int.MaxValue;

    public LossyDisk(int seed)
        : this(new Random(seed), [])
    {
    }

    private LossyDisk(Random random, Dictionary<string, LossyInode> files) =>
        (_random, _now, _durable) = (random, files, new(files));

    /// <summary>All writing fails with ENOSPC beyond it.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>How many of the next file syncs fail with EIO.</summary>
    public int FailingSyncs { get; set; }

    /// <summary>How many of the next writes fail with EIO, any part of them written.</summary>
    public int FailingWrites { get; set; }

    /// <summary>How many of the next deletions fail with EIO.</summary>
    public int FailingDeletes { get; set; }

    /// <summary>File syncs so far, failed ones too.</summary>
    public int Syncs { get; private set; }

    /// <summary>Every call after the cut fails.</summary>
    public bool IsDead { get; private set; }

    /// <summary>File syncs wait from now on: what is appended meanwhile becomes one group.</summary>
    public void HoldSyncs()
    {
        lock (_holding) (_holdsSyncs, _syncHeld) = (true, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void ReleaseSyncs()
    {
        lock (_holding)
        {
            _holdsSyncs = false;
            Monitor.PulseAll(_holding);
        }
    }

    /// <summary>Completes once a file sync waits since <see cref="HoldSyncs"/>.</summary>
    public Task SyncHeldAsync(CancellationToken cancellation)
    {
        lock (_holding) return _syncHeld.Task.WaitAsync(cancellation);
    }

    /// <summary>Lets that many changing calls through and then cuts the power.</summary>
    public void CutPowerAfter(int operations)
    {
        lock (_gate) _operationsLeft = operations;
    }

    /// <summary>This disk is dead; the returned one holds what survived.</summary>
    public LossyDisk CutPower()
    {
        ReleaseSyncs();
        lock (_gate)
        {
            IsDead = true;
            foreach (var (_, change) in _unsynced.Take(_random.Next(_unsynced.Count + 1))) change(_durable);

            var survived = new Dictionary<LossyInode, LossyInode>();
            var files = new Dictionary<string, LossyInode>();
            foreach (var (path, inode) in _durable)
            {
                if (!survived.TryGetValue(inode, out var after)) survived[inode] = after = inode.AfterPowerCut(_random);
                files[path] = after;
            }

            return new(_random, files) { CapacityBytes = CapacityBytes };
        }
    }

    /// <summary>The bytes of a file as a program sees them now; for tests that damage them.</summary>
    public byte[] ReadAllBytes(string path)
    {
        lock (_gate) return [.. Find(path).Now];
    }

    /// <summary>Puts a file there, durably.</summary>
    public void WriteAllBytes(string path, byte[] bytes)
    {
        lock (_gate) _now[path] = _durable[path] = new(bytes);
    }

    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_gate) return [.. _now.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public IDisposable? TryLock(string path)
    {
        lock (_gate)
        {
            ThrowIfDead(path);
            return _locks.Add(path) ? new Unlock(this, path) : null;
        }
    }

    public IReadOnlyList<DiskEntry> List(string directory)
    {
        lock (_gate)
        {
            ThrowIfDead(directory);
            return [.. _now.Where(file => IsIn(directory, file.Key))
                .Select(file => new DiskEntry(Path.GetFileName(file.Key), file.Value.Now.Count))];
        }
    }

    public bool Exists(string path)
    {
        lock (_gate) return _now.ContainsKey(path);
    }

    public IDiskFile Create(string path)
    {
        lock (_gate)
        {
            Count(path);
            if (_now.ContainsKey(path)) throw new DiskException("create", path, AlreadyThere);

            var inode = new LossyInode([]);
            Change(path, files => files[path] = inode);
            return new LossyFile(this, inode, path);
        }
    }

    public IDiskFile Open(string path, bool writable)
    {
        lock (_gate)
        {
            ThrowIfDead(path);
            return new LossyFile(this, Find(path), path);
        }
    }

    public void Rename(string path, string newPath)
    {
        lock (_gate)
        {
            Count(path);
            Find(path);
            Change(path, files =>
            {
                if (files.Remove(path, out var inode)) files[newPath] = inode;
            });
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Count(path);
            Find(path);
            if (FailingDeletes > 0)
            {
                FailingDeletes--;
                throw new DiskException("delete", path, InputOutputError);
            }

            Change(path, files => files.Remove(path));
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Count(path);
            foreach (var (directory, change) in _unsynced)
            {
                if (string.Equals(directory, path, StringComparison.Ordinal)) change(_durable);
            }

            _unsynced.RemoveAll(one => string.Equals(one.Directory, path, StringComparison.Ordinal));
        }
    }

    public long FreeBytes(string directory)
    {
        lock (_gate) return CapacityBytes - Used;
    }

    private long Used => _now.Values.Distinct().Sum(inode => (long)inode.Now.Count);

    private static bool IsIn(string directory, string path) =>
        string.Equals(Path.GetDirectoryName(path), directory, StringComparison.Ordinal);

    private void Change(string path, Action<Dictionary<string, LossyInode>> change)
    {
        change(_now);
        _unsynced.Add((Path.GetDirectoryName(path)!, change));
    }

    private LossyInode Find(string path) =>
        _now.TryGetValue(path, out var inode) ? inode : throw new DiskException("open", path, NoEntry);

    private void Count(string path)
    {
        ThrowIfDead(path);
        if (_operationsLeft-- > 0) return;

        IsDead = true;
        ThrowIfDead(path);
    }

    private void ThrowIfDead(string path)
    {
        if (IsDead) throw new DiskException("access after the power cut to", path, InputOutputError);
    }

    internal int Read(LossyInode inode, string path, Span<byte> destination, long position)
    {
        lock (_gate)
        {
            ThrowIfDead(path);
            return inode.Read(destination, position);
        }
    }

    internal long LengthOf(LossyInode inode)
    {
        lock (_gate) return inode.Now.Count;
    }

    internal void DropCache(LossyInode inode)
    {
        lock (_gate) inode.DropCache();
    }

    internal void Truncate(LossyInode inode, string path, long length)
    {
        lock (_gate)
        {
            Count(path);
            inode.Truncate((int)length);
        }
    }

    internal void Write(LossyInode inode, string path, ReadOnlySpan<byte> source, long position)
    {
        lock (_gate)
        {
            Count(path);
            var grows = Math.Max(0, position + source.Length - inode.Now.Count);
            var room = CapacityBytes - Used;
            if (grows > room)
            {
                inode.Write(source[..(int)Math.Clamp(source.Length - grows + room, 0, source.Length)], position);
                throw new DiskException("write to", path, NoSpace);
            }

            if (FailingWrites > 0)
            {
                FailingWrites--;
                inode.Write(source[.._random.Next(source.Length + 1)], position);
                throw new DiskException("write to", path, InputOutputError);
            }

            inode.Write(source, position);
        }
    }

    internal void Sync(LossyInode inode, string path)
    {
        lock (_holding)
        {
            if (_holdsSyncs) _syncHeld.TrySetResult();
            while (_holdsSyncs) Monitor.Wait(_holding);
        }

        lock (_gate)
        {
            Count(path);
            Syncs++;
            if (FailingSyncs == 0)
            {
                inode.Sync();
                return;
            }

            FailingSyncs--;
            inode.FailSync(_random);
            throw new DiskException("fdatasync of", path, InputOutputError);
        }
    }

    private sealed class Unlock(LossyDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate) disk._locks.Remove(path);
        }
    }
}
