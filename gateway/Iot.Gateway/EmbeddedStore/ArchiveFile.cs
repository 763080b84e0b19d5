using DuckDB.NET.Data;
using Iot.Journal;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>One Parquet file on its way into the archive.</summary>
/// <param name="connection">In the transaction whose rows it is to hold.</param>
/// <param name="temporary">Where it is written; readers of the archive look for <c>*.parquet</c>.</param>
internal sealed class ArchiveFile(DuckDBConnection connection, ArchivedPart part, string temporary)
{
    /// <summary>Types that every reader of Parquet knows: no unsigned numbers, times to the microsecond, and exact ones as a number.</summary>
    private const string Columns = """
        make_timestamp((r.time - ((r.time % 1000) + 1000) % 1000) // 1000) AS time, s.device, s.measurement, s.field, s.tags, r.number AS value, r.text, s.unit,
        CASE r.kind WHEN 1 THEN 'float' WHEN 2 THEN 'boolean' WHEN 3 THEN 'string' ELSE 'data' END AS kind,
        r.time AS time_ns, r.journal_offset::BIGINT AS journal_offset
        """;

    private const string Sum = "SELECT count(*), coalesce(bit_xor(hash(time, device, measurement, field, tags, value, text, unit, kind, time_ns, journal_offset)), 0::UBIGINT)";

    private readonly PosixDisk _disk = new();

    private string Rows => FormattableString.Invariant($"""
        SELECT {Columns} FROM current_rows r JOIN series s ON s.id = r.series
        WHERE r.time >= {part.Times.From} AND r.time < {part.Times.To} AND r.journal_offset >= {part.FromOffset} AND r.journal_offset < {part.ToOffset}
        """);

    private string Quoted => $"'{temporary.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <exception cref="IOException">The file does not hold what the table holds.</exception>
    public (long Rows, ulong Checksum) WriteAndCompare(CancellationToken stop)
    {
        using var copy = connection.Command($"COPY ({Rows} ORDER BY s.device, s.measurement, s.field, s.tags, r.time) TO {Quoted} (FORMAT parquet, COMPRESSION zstd)");
        using (stop.Register(copy.Cancel)) copy.ExecuteNonQuery();
        stop.ThrowIfCancellationRequested();

        var (written, held) = (SumOf($"{Sum} FROM read_parquet({Quoted})"), SumOf($"{Sum} FROM ({Rows})"));
        if (written != held)
            throw new IOException($"Archive file '{temporary}' holds {written.Rows} rows (checksum {written.Checksum:x16}), the store {held.Rows} ({held.Checksum:x16}). Its readings stay in the store; check the disk.");

        return written;
    }

    /// <summary>Gives it its name, on disk when this returns.</summary>
    /// <returns>Its size in bytes.</returns>
    public long Name(string path)
    {
        long bytes;
        using (var file = _disk.Open(temporary, writable: true))
        {
            file.Sync();
            bytes = file.Length;
        }

        _disk.Rename(temporary, path);
        _disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return bytes;
    }

    public void Discard() => _disk.Delete(temporary);

    private (long Rows, ulong Checksum) SumOf(string sql)
    {
        using var command = connection.Command(sql);
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetFieldValue<ulong>(1));
    }
}
