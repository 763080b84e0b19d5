namespace Iot.Journal;

/// <summary>The real disk, on Linux.</summary>
public sealed class PosixDisk : IDisk
{
    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;

        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) CreateDirectory(parent);
        Guard("create directory", path, () => Directory.CreateDirectory(path));
        if (parent is not null) Libc.SyncDirectory(parent);
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held.HResult is WouldBlock)
        {
            return null;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new DiskException("lock of", path, PermissionDenied, denied);
        }
    }

    public IReadOnlyList<DiskEntry> List(string directory) =>
        Guard("list", directory, () =>
            new DirectoryInfo(directory).EnumerateFiles().Select(file => new DiskEntry(file.Name, file.Length)).ToArray());

    public bool Exists(string path) => File.Exists(path);

    public IDiskFile Create(string path) =>
        Guard("create", path, () => new PosixFile(path, FileMode.CreateNew, FileAccess.ReadWrite));

    public IDiskFile Open(string path, bool writable) =>
        Guard("open", path, () =>
            new PosixFile(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read));

    public void Rename(string path, string newPath) =>
        Guard("rename", path, () => File.Move(path, newPath, overwrite: true));

    public void Delete(string path) => Guard("delete", path, () => File.Delete(path));

    public void SyncDirectory(string path) => Libc.SyncDirectory(path);

    public long FreeBytes(string directory) =>
        Guard("free space of", directory, () => new DriveInfo(directory).AvailableFreeSpace);

    private const int WouldBlock = 11, PermissionDenied = 13, TooLarge = 27;

    private static void Guard(string what, string path, Action action) =>
        Guard(what, path, () =>
        {
            action();
            return true;
        });

    /// <summary>.NET spreads errno over several exception types; the journal knows one.</summary>
    internal static T Guard<T>(string what, string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (ErrnoOf(failure) is { } errno)
        {
            throw new DiskException(what, path, errno, failure);
        }
    }

    internal static int? ErrnoOf(Exception failure) => failure switch
    {
        DiskException => null,
        UnauthorizedAccessException => PermissionDenied,
        ArgumentOutOfRangeException => TooLarge, // RandomAccess says EFBIG this way
        FileNotFoundException or DirectoryNotFoundException => 2,
        IOException known when known.HResult is > 0 and < 4096 => known.HResult,
        _ => null,
    };
}
