using System.Security.Cryptography;

namespace Iot.Fuzz;

/// <summary>Inputs as files, named by what they hold.</summary>
internal static class Inputs
{
    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..16];

    public static void Write(string directory, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(directory);
        foreach (var input in inputs) File.WriteAllBytes(Path.Combine(directory, NameOf(input)), input);
    }

    /// <returns>How many broke a promise, 255 at the most.</returns>
    public static int Replay(FuzzTarget target, IEnumerable<string> paths)
    {
        var broken = 0;
        foreach (var file in paths.SelectMany(FilesOf))
        {
            try
            {
                target.Run(File.ReadAllBytes(file));
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"{file}: {e}"); // whatever it is, the reader let it through
                broken++;
            }
        }

        return Math.Min(broken, byte.MaxValue);
    }

    public static IReadOnlyList<string> FilesOf(string path) =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)] : [path];
}
