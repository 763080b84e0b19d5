#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

namespace Iot.Gateway;

/// <summary><c>Data:Path</c>: who may enter it may read what is in it, so we make it for the gateway's user alone. One that is there keeps its mode.</summary>
internal static class DataDirectory
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static void Make(string path)
    {
        if (!Directory.Exists(path)) SecretFile.MakeDirectory(path);
    }

    public static bool IsOpenToOthers(string path) => (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
}
