using System.Globalization;
using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>The files of one log: <c>audit-000000000001.jsonl</c> begins with entry 1, and so on.</summary>
internal sealed class AuditFiles(string directory, IDisk disk)
{
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";

    /// <summary>In the order of their entries.</summary>
    public IReadOnlyList<AuditFile> All() =>
    [
        .. disk.List(directory)
            .Select(entry => new AuditFile(Path.Combine(directory, entry.Name), FirstOf(entry.Name), entry.Length))
            .Where(file => file.First > 0)
            .OrderBy(file => file.First),
    ];

    public string PathOf(long first) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{first:D12}{Suffix}"));

    /// <summary>One file as it is now.</summary>
    public byte[] Read(string path)
    {
        using var file = disk.Open(path, writable: false);
        var bytes = new byte[file.Length];
        return bytes[..file.Read(bytes, 0)];
    }

    /// <summary>Its first entry; null when that is none.</summary>
    public AuditEntry? FirstEntry(string path)
    {
        Span<byte> start = new byte[16 * 1024];
        using var file = disk.Open(path, writable: false);
        start = start[..file.Read(start, 0)];
        return start.IndexOf((byte)'\n') is > 0 and var end ? AuditEntry.Read(start[..end]) : null;
    }

    /// <summary>Cuts after the last line end. Whole lines of <paramref name="bytes"/>, without their ends, in order.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            yield return bytes[..end];
            bytes = bytes[(end + 1)..];
        }
    }

    private static long FirstOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;
}

/// <param name="First">Number of its first entry, by its name.</param>
internal sealed record AuditFile(string Path, long First, long Length)
{
    public string Name => System.IO.Path.GetFileName(Path);
}
