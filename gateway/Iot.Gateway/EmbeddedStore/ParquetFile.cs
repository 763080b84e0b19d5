namespace Iot.Gateway.EmbeddedStore;

/// <summary>A Parquet file on its way to a caller: DuckDB writes it whole, and it is deleted when the caller closes it.</summary>
internal static class ParquetFile
{
    public const string ContentType = "application/vnd.apache.parquet";

    /// <summary>Of the rows of <see cref="ReadingSql"/>: those of the archive, which every reader of Parquet knows.</summary>
    public const string ReadingColumns = """
        make_timestamp((time - ((time % 1000) + 1000) % 1000) // 1000) AS time, device, measurement, field, tags, number AS value, text, unit,
        CASE kind WHEN 0 THEN 'count' WHEN 1 THEN 'float' WHEN 2 THEN 'boolean' WHEN 3 THEN 'string' ELSE 'data' END AS kind, time AS time_ns
        """;

    public static string Copy(string select, string path) =>
        $"COPY ({select}) TO '{path.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet, COMPRESSION zstd)";

    /// <param name="store">Path of the store's file; beside it is the only directory that DuckDB may write to.</param>
    /// <param name="write">Writes the file of that path; gives its rows.</param>
    /// <returns>Null, and no file, when there are more rows than <paramref name="limit"/>.</returns>
    public static async Task<Stream?> WriteAsync(string store, long limit, Func<string, Task<long>> write)
    {
        var directory = Directory.CreateDirectory(StoreDatabase.ExportPath(store));
        var path = Path.Combine(directory.FullName, Path.GetRandomFileName() + ".parquet");
        FileStream? file = null;
        try
        {
            if (await write(path) > limit) return null;

            return file = new(path, FileMode.Open, FileAccess.Read, FileShare.Delete, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        }
        finally
        {
            if (file is null) File.Delete(path);
        }
    }

    /// <summary>What a crash left of files under way.</summary>
    public static void RemoveLeft(string store)
    {
        var directory = StoreDatabase.ExportPath(store);
        if (!Directory.Exists(directory)) return;

        try
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*.parquet")) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // it takes room and does no other harm; the next start tries again
        }
    }
}
