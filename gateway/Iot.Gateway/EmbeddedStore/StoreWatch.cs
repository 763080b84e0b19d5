using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>How the embedded store stands, for the eyes of people; looked up again after half a minute. Thread-safe.</summary>
internal sealed class StoreWatch(ReadingStore store, EmbeddedOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    // Rows are as DuckDB estimates them, which costs nothing and is near enough to look at.
    private const string Asked = """
        SELECT (SELECT estimated_size FROM duckdb_tables() WHERE table_name = 'reading_rows'), (SELECT count(*) FROM series),
            next_offset - least(collected, next_offset), raw_from,
            (SELECT count(*) FROM archived_parts), (SELECT coalesce(sum(bytes), 0)::BIGINT FROM archived_parts), (SELECT max(day) FROM archived_parts)
        FROM store_state
        """;

    private readonly Lock _gate = new();
    private StoreFigures? _last;
    private long _at;

    /// <summary>Null while it cannot be asked; its sink says why.</summary>
    public StoreFigures? Look()
    {
        lock (_gate)
        {
            if (_last is not null && clock.GetElapsedTime(_at) < Fresh) return _last;

            _at = clock.GetTimestamp();
            return _last = Ask();
        }
    }

    private StoreFigures? Ask()
    {
        try
        {
            using var connection = store.Database.Connect();
            using var command = connection.Command(Asked);
            using var row = command.ExecuteReader();
            row.Read();
            return new(
                Length(store.Path), Length(store.Path + ".wal"), row.GetInt64(0), row.GetInt64(1), (long)row.GetFieldValue<ulong>(2), row.GetInt64(3),
                row.GetInt64(4), row.GetInt64(5), row.IsDBNull(6) ? null : row.GetInt64(6), options);
        }
        catch (Exception e) when (e is DuckDBException or EmbeddedStoreException)
        {
            return null; // the sink's problem names it
        }
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}

/// <param name="Bytes">Of the file.</param>
/// <param name="WalBytes">Of what is written beside it and not yet moved into it.</param>
/// <param name="Rows">Readings, as estimated.</param>
/// <param name="NotRolledUp">Messages whose readings are in no minute and hour yet.</param>
/// <param name="RawFromNs">Readings before it are deleted; far in the past while none is.</param>
/// <param name="LastDayNs">Start of the newest day in the archive; null for none.</param>
internal sealed record StoreFigures(
    long Bytes, long WalBytes, long Rows, long Series, long NotRolledUp, long RawFromNs, long ArchivedFiles, long ArchivedBytes, long? LastDayNs, EmbeddedOptions Options);
