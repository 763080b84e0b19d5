#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Text;
using Iot.Journal;

namespace Iot.Gateway;

/// <summary>A small file that only the gateway's user may read.</summary>
internal static class SecretFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc cref="Write(IDisk, string, string, UnixFileMode)"/>
    public static void Write(string path, string text) => Write(new PosixDisk(), path, text);

    /// <summary>Whole or not at all, on disk when it returns, and never readable by others in between.</summary>
    public static void Write(IDisk disk, string path, string text, UnixFileMode mode = OwnerOnly)
    {
        var temporary = path + ".new";
        if (disk.Exists(temporary)) disk.Delete(temporary);
        new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }).Dispose();
        using (var file = disk.Open(temporary, writable: true))
        {
            file.Write(Encoding.UTF8.GetBytes(text), 0);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>A directory that only the gateway's user may enter.</summary>
    public static void MakeDirectory(string path) => Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
}
