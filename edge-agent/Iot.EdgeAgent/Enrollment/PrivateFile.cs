#pragma warning disable CA1416 // modes of files: the agent runs on Linux

using System.Runtime.InteropServices;
using Iot.Journal;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>A file that only its owner reads, replaced as a whole or not at all.</summary>
internal static partial class PrivateFile
{
    private const int CurrentDirectory = -100;
    private const int StatxSize = 256;
    private const uint OwnerAndGroup = 0x18;

    /// <summary>On disk when it returns, and never readable by others in between.</summary>
    public static void Write(IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var fresh = path + ".new";
        if (disk.Exists(fresh)) disk.Delete(fresh); // of a write that was cut short
        new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
        using (var file = disk.Open(fresh, writable: true))
        {
            file.Write(content, 0);
            file.Sync();
        }

        BelongsToOwnerOf(directory, fresh);
        disk.Rename(fresh, path);
        disk.SyncDirectory(directory);
    }

    /// <summary>Root enrolls, and the agent runs as the user whose directory it is: it must be able to read the file.</summary>
    /// <exception cref="DiskException">Neither is it ours nor may we give it away.</exception>
    public static void BelongsToOwnerOf(string directory, string path)
    {
        var owner = OwnerOf(directory);
        if (owner == OwnerOf(path)) return;
        if (ChangeOwner(path, owner.User, owner.Group) != 0) throw new DiskException("change of the owner of", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>By statx, whose layout is the same on every processor.</summary>
    public static (uint User, uint Group) OwnerOf(string path)
    {
        Span<byte> found = stackalloc byte[StatxSize];
        if (Statx(CurrentDirectory, path, 0, OwnerAndGroup, ref MemoryMarshal.GetReference(found)) != 0)
            throw new DiskException("look-up of the owner of", path, Marshal.GetLastPInvokeError());

        return (MemoryMarshal.Read<uint>(found[20..]), MemoryMarshal.Read<uint>(found[24..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte found);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
