namespace Iot.Journal;

/// <summary>What the journal asks of a disk, each call with the durability it has and no more.</summary>
/// <remarks>Thread-safe. Every failure is an <see cref="IOException"/>; <see cref="DiskException"/> when errno is known.</remarks>
public interface IDisk
{
    /// <summary>Creates it and its parents when missing, durably.</summary>
    void CreateDirectory(string path);

    /// <summary>Takes an exclusive lock that ends with the returned object or the process.</summary>
    /// <returns>Null when somebody else holds it.</returns>
    IDisposable? TryLock(string path);

    IReadOnlyList<DiskEntry> List(string directory);

    bool Exists(string path);

    /// <summary>A new empty file; fails when the name is taken. The name is durable after <see cref="SyncDirectory"/>.</summary>
    IDiskFile Create(string path);

    IDiskFile Open(string path, bool writable);

    /// <summary>Atomic; replaces what has the new name. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string path, string newPath);

    /// <summary>The name goes; who has the file open reads on. Durable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    /// <summary>Makes names created, renamed and deleted so far survive a power cut.</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes an ordinary user may still write on the file system of <paramref name="directory"/>.</summary>
    long FreeBytes(string directory);
}

/// <summary>One open file. Reading is thread-safe; writing has one owner.</summary>
public interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <returns>Bytes read; less than asked for only at the end of the file.</returns>
    int Read(Span<byte> destination, long position);

    /// <summary>All of it or an exception; after an exception any part may have been written.</summary>
    void Write(ReadOnlySpan<byte> source, long position);

    /// <summary>Cuts the file. Durable after <see cref="Sync"/>.</summary>
    void Truncate(long length);

    /// <summary>Returns once all that was written is on disk.</summary>
    /// <exception cref="IOException">What was written since the last success may be gone, and a later success does not
    /// bring it back: the kernel forgets pages it could not write.</exception>
    void Sync();

    /// <summary>Advice: what is read next should come from the disk, not from memory.</summary>
    /// <remarks>After a failed sync the kernel still shows the bytes it could not write, even to the next process.</remarks>
    void DropCache();
}

/// <summary>A file in a directory; directories in it are not listed.</summary>
public sealed record DiskEntry(string Name, long Length);

/// <summary>The operating system refused, and said why.</summary>
public sealed class DiskException(string what, string path, int errno, Exception? cause = null)
    : IOException($"{what} '{path}' failed: errno {errno}.", cause)
{
    private const int NoEntry = 2, InputOutput = 5, NoSpace = 28, QuotaExceeded = 122;
    private const int MediumError = 61, BadProtection = 84, BadChecksum = 74, Corrupted = 117, TargetError = 121;

    public string Path { get; } = path;

    public int Errno { get; } = errno;

    public bool IsMissing => Errno is NoEntry;

    /// <summary>What is stored at this place is lost, as far as the disk knows; not: the disk is gone.</summary>
    public bool IsUnreadable => Errno is InputOutput or MediumError or BadProtection or BadChecksum or Corrupted or TargetError;

    /// <summary>No space or no quota: not a broken disk, and it passes.</summary>
    public bool IsDiskFull => Errno is NoSpace or QuotaExceeded;
}
