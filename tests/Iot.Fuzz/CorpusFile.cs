using System.IO.Compression;

namespace Iot.Fuzz;

/// <summary>All inputs kept of one target, in one zip file instead of hundreds of files of a few bytes.</summary>
internal static class CorpusFile
{
    /// <summary>The same for every entry, so that the same inputs make the same file.</summary>
    private static readonly DateTimeOffset Time = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<byte[]> Read(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Select(Read)];
    }

    public static void Write(string path, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var input in inputs)
        {
            var entry = zip.CreateEntry(Inputs.NameOf(input), CompressionLevel.SmallestSize);
            entry.LastWriteTime = Time;
            using var stream = entry.Open();
            stream.Write(input);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var input = new byte[entry.Length];
        stream.ReadExactly(input);
        return input;
    }
}
