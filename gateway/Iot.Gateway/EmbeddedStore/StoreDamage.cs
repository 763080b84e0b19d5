using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Says in words what DuckDB's refusal to open a file means, and what a person can do.</summary>
internal static class StoreDamage
{
    private const string SetAside =
        "Move it and its .wal file away by hand and keep them: a new one is made, and the readings still in the journal are stored again.";

    /// <summary>Looks at the first bytes, because DuckDB takes a SQLite file for one that it wants an extension for.</summary>
    /// <exception cref="EmbeddedStoreException">The file is something else.</exception>
    public static void RefuseForeign(string path)
    {
        if (!File.Exists(path)) return;

        Span<byte> head = stackalloc byte[12];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head[8..].SequenceEqual("DUCK"u8))
            throw new EmbeddedStoreException(path, "it is not a DuckDB database", SetAside);
    }

    public static EmbeddedStoreException Describe(string path, DuckDBException cause)
    {
        var said = cause.Message.ReplaceLineEndings(" ").Replace("DuckDBOpen failed: ", "", StringComparison.Ordinal);
        if (said.Contains("Could not set lock", StringComparison.Ordinal) || said.Contains("Conflicting lock", StringComparison.Ordinal))
            return new(path, "another process has it open", "Stop that process, or ask the running gateway instead.", cause);

        if (said.Contains("not a valid DuckDB", StringComparison.Ordinal)) return new(path, "it is not a DuckDB database", SetAside, cause);

        string[] ofDamage = ["Corrupt", "checksum", "Could not read enough", "WAL"];
        if (ofDamage.Any(sign => said.Contains(sign, StringComparison.OrdinalIgnoreCase)))
            return new(path, $"it is damaged ({said})", SetAside, cause);

        return new(path, said, "The cause is outside the file: check the directory, its rights and the free space.", cause);
    }
}
