using Iot.Gateway.Reconciliation;

namespace Iot.Gateway.Backups;

/// <summary>What lies in a data directory, sorted by how it is copied.</summary>
internal static class DataFiles
{
    public const string Spool = "spool";

    /// <summary>Locks, beginnings, and what belongs to the run of now: of no use in another place. The last two are SQLite's and copied with their database.</summary>
    private static readonly string[] Endings = [".lock", ".new", ".cursor-new", ".writing", ".damaged", "-wal", "-shm"];

    /// <summary>Everything but the spool: databases of SQLite, state, keys, audit log, archive. Sorted, relative, with slashes.</summary>
    /// <param name="store">The store's file and its log, when they are copied otherwise.</param>
    public static IEnumerable<string> BesideSpool(string data, string? store) => All(data)
        .Where(path => !path.StartsWith($"{Spool}/", StringComparison.Ordinal))
        .Where(path => store is null || !path.StartsWith(store, StringComparison.Ordinal))
        .Where(path => path is not ("local.key" or "setup-code"));

    /// <summary>Of the spool, as far as they are there.</summary>
    public static IReadOnlyList<string> Cursors(string data) => [.. OfSpool(data).Where(IsCursor)];

    /// <summary>Segments of the spool in the order of their records, and what lies beside them; the list is of one moment.</summary>
    public static IReadOnlyList<string> Records(string data) => [.. OfSpool(data).Where(path => !IsCursor(path))];

    public static bool IsSqlite(string path) => path.EndsWith(".db", StringComparison.Ordinal);

    /// <summary>Lines that are appended: a copy ends with a whole one.</summary>
    public static bool IsLines(string path) => path.StartsWith("audit/", StringComparison.Ordinal) && path.EndsWith(".jsonl", StringComparison.Ordinal);

    /// <summary>The first offset of a segment; null for other files.</summary>
    public static ulong? OffsetOf(string path) =>
        Path.GetExtension(path) is ".segment" or ".suspect" && ulong.TryParse(Path.GetFileNameWithoutExtension(path), out var offset) ? offset : null;

    private static IEnumerable<string> OfSpool(string data) => Directory.Exists(Path.Combine(data, Spool))
        ? All(data).Where(path => path.StartsWith($"{Spool}/", StringComparison.Ordinal))
        : [];

    private static bool IsCursor(string path) => path.EndsWith(".cursor", StringComparison.Ordinal);

    private static IEnumerable<string> All(string data) => Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(data, path).Replace('\\', '/'))
        .Where(path => !Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
        .Where(path => !path.StartsWith(ScratchDatabase.FileName, StringComparison.Ordinal) && !path.Contains(".export/", StringComparison.Ordinal) && path is not $"{Spool}/{BackupHold.Cursor}.cursor")
        .Order(StringComparer.Ordinal);
}
