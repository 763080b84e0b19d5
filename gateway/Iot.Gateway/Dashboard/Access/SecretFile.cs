#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A small file that only the gateway's user reads, from its first moment on.</summary>
internal static class SecretFile
{
    public static void Write(string path, string text)
    {
        File.Delete(path); // its mode may be another
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        using var writer = new StreamWriter(file);
        writer.Write(text);
    }

    public static void MakeDirectory(string path) => Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
