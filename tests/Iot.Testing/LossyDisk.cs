using Iot.Journal;

namespace Iot.Testing;

/// <summary>A disk in memory that keeps, over a power cut, only what was synced for certain.</summary>
/// <remarks>
/// What was not synced survives in part: any write, whole, torn at any byte, or not at all; directory changes up to a
/// random one. A failed sync forgets its writes for good, as Linux does: a later success does not bring them back.
/// Thread-safe.
/// </remarks>
public sealed partial class LossyDisk : IDisk
{
    private const int InputOutputError = 5, NoEntry = 2, AlreadyThere = 17, NoSpace = 28;

    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly LossyNames _names;
    private readonly HashSet<string> _locks = [];

    public LossyDisk(int seed)
        : this(new Random(seed), new LossyNames([]))
    {
    }

    private LossyDisk(Random random, LossyNames names) => (_random, _names) = (random, names);

    /// <summary>The bytes of a file as a program sees them now; for tests that damage them.</summary>
    public byte[] ReadAllBytes(string path)
    {
        lock (_gate) return [.. Find(path).Now];
    }

    /// <summary>Puts a file there, durably.</summary>
    public void WriteAllBytes(string path, byte[] bytes)
    {
        lock (_gate) _names.PutDurably(path, new(bytes));
    }

    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_gate) return [.. _names.Now.Keys.Order(StringComparer.Ordinal)];
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
            return [.. _names.Now.Where(file => LossyNames.IsIn(directory, file.Key))
                .Select(file => new DiskEntry(Path.GetFileName(file.Key), file.Value.Now.Count))];
        }
    }

    public bool Exists(string path)
    {
        lock (_gate) return _names.Now.ContainsKey(path);
    }

    public IDiskFile Create(string path)
    {
        lock (_gate)
        {
            Count(path);
            if (IsFull) throw new DiskException("create", path, FullErrno);
            if (_names.Now.ContainsKey(path)) throw new DiskException("create", path, AlreadyThere);

            var inode = new LossyInode([]);
            _names.Change(path, files => files[path] = inode);
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
            _names.Change(path, files =>
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

            _names.Change(path, files => files.Remove(path));
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Count(path);
            _names.Sync(path);
        }
    }

    public long FreeBytes(string directory)
    {
        lock (_gate) return IsFull ? 0 : CapacityBytes - Used;
    }

    private long Used => _names.Now.Values.Distinct().Sum(inode => (long)inode.Now.Count);

    private LossyInode Find(string path) =>
        _names.Now.TryGetValue(path, out var inode) ? inode : throw new DiskException("open", path, NoEntry);

    private void Count(string path)
    {
        ThrowIfDead(path);
        if (_operationsLeft-- > 0) return;

        IsDead = true;
        ThrowIfDead(path);
    }

    private void ThrowIfDead(string path)
    {
        if (IsDead || IsUnplugged) throw new DiskException("access after the power cut to", path, InputOutputError);
    }

    internal int Read(LossyInode inode, string path, Span<byte> destination, long position)
    {
        lock (_gate)
        {
            ThrowIfDead(path);
            ThrowIfUnreadable(inode, path, position, destination.Length);
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
            ThrowIfUnreadable(inode, path, position, source.Length); // a part of a block is written by reading the rest of it
            var grows = Math.Max(0, position + source.Length - inode.Now.Count);
            var room = CapacityBytes - Used;
            if (IsFull) throw new DiskException("write to", path, FullErrno);
            if (grows > room)
            {
                inode.Write(source[..(int)Math.Clamp(source.Length - grows + room, 0, source.Length)], position);
                throw new DiskException("write to", path, FullErrno);
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
        _hold.Pass();

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
