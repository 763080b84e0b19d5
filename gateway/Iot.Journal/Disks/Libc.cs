using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Iot.Journal;

/// <summary>fsync by hand: .NET's own returns normally after EIO on Linux (seen in 10.0.12).</summary>
internal static partial class Libc
{
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int DontNeed = 4;
    private const int NoSuchOperation = 22; // EINVAL: a file system that has no directory fsync needs none

    public static void SyncData(SafeFileHandle file, string path)
    {
        if (Fdatasync(file) != 0) throw new DiskException("fdatasync of", path, Marshal.GetLastPInvokeError());
    }

    public static void DropCache(SafeFileHandle file) => _ = PosixFadvise(file, 0, 0, DontNeed);

    public static void SyncDirectory(string path)
    {
        var directory = Open(path, ReadOnlyCloseOnExec);
        if (directory < 0) throw new DiskException("open of directory", path, Marshal.GetLastPInvokeError());

        var errno = Fsync(directory) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(directory);
        if (errno is not 0 and not NoSuchOperation) throw new DiskException("fsync of directory", path, errno);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixFadvise(SafeFileHandle file, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
