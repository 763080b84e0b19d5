#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Text;
using Iot.Journal;

namespace Iot.Gateway.Certificates;

/// <summary>A small file that only the gateway's user may read.</summary>
internal static class SecretFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Whole or not at all, on disk when it returns, and never readable by others in between.</summary>
    public static void Write(IDisk disk, string path, string text, UnixFileMode mode = OwnerOnly)
    {
        var temporary = path + ".new";
        if (disk.Exists(temporary)) disk.Delete(temporary);
        new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }).Dispose();
        using (var file = disk.Open(temporary, writable: true))
        {
            file.Write(Encoding.ASCII.GetBytes(text), 0);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <exception cref="CaException">Others than its owner may read it.</exception>
    public static void CheckMode(string path)
    {
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new CaException(path, "others than its owner may read it", $"Ask who did; then: chmod 600 {path}");
    }
}
