using System.Data.Common;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>What the dashboard and the API ask of the embedded store. Runs beside the writing, on connections of its own.</summary>
internal sealed class EmbeddedQueries(ReadingStore store, EmbeddedOptions options, TimeProvider clock) : IReadingQueries, IDisposable
{
    private const string AllReadings = "SELECT series, time AS last_time FROM reading_rows";

    /// <summary>Hours know all but what has come since, which is looked at itself.</summary>
    private const string AllHours = """
        SELECT series, last_time FROM hour_rows
        UNION ALL SELECT series, time FROM reading_rows WHERE time >= (SELECT coalesce(min(time), 9000000000000000000) FROM unrolled)
        UNION ALL SELECT series, time FROM reading_rows WHERE journal_offset >= (SELECT collected FROM store_state)
        """;

    private readonly SemaphoreSlim _queries = new(options.Queries, options.Queries);

    public bool CanGoOn => true;

    public async Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation)
    {
        var series = new List<StoredSeries>();
        await foreach (var one in StreamAsync(AllSeries, ReadSeries, cancellation)) series.Add(one);
        return series;
    }

    public IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, CancellationToken cancellation) =>
        StreamAsync(connection => ReadingSql.Command(connection, query, options.RollUps), new ReadingRows().Read, cancellation);

    public async Task<Stream?> ParquetAsync(ReadingQuery query, CancellationToken cancellation)
    {
        await _queries.WaitAsync(cancellation);
        try
        {
            return await ParquetFile.WriteAsync(store.Path, query.Limit, path => RowStream.ExecuteAsync(
                store.Database, connection => Copy(connection, query, path), options.QueryTimeLimit, clock, cancellation));
        }
        catch (DuckDBException e)
        {
            throw Failed(e);
        }
        finally
        {
            _queries.Release();
        }
    }

    public void Dispose() => _queries.Dispose();

    /// <summary>One row more than asked for tells whether there are more.</summary>
    private DuckDBCommand Copy(DuckDBConnection connection, ReadingQuery query, string path)
    {
        var command = ReadingSql.Command(connection, query with { Limit = query.Limit + 1 }, options.RollUps);
        command.CommandText = ParquetFile.Copy($"SELECT {ParquetFile.ReadingColumns} FROM ({command.CommandText})", path);
        return command;
    }

    private static IOException Failed(DuckDBException e) => new($"The embedded store could not answer: {e.Message}", e);

    private async IAsyncEnumerable<T> StreamAsync<T>(
        Func<DuckDBConnection, DuckDBCommand> prepare, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _queries.WaitAsync(cancellation);
        try
        {
            var rows = RowStream.ReadAsync(store.Database, prepare, read, options.QueryTimeLimit, clock, cancellation);
            await foreach (var row in RowStream.Failing(rows, Failed, cancellation)) yield return row;
        }
        finally
        {
            _queries.Release();
        }
    }

    private DuckDBCommand AllSeries(DuckDBConnection connection)
    {
        connection.Execute("BEGIN TRANSACTION READ ONLY");
        return connection.Command($"""
            SELECT s.device, s.measurement, s.field, s.tags, s.kind, s.unit, n.newest
            FROM series s JOIN (
                SELECT series, max(last_time) AS newest FROM ({(options.RollUps && !RollUpState.Read(connection).IsFarBehind ? AllHours : AllReadings)}) GROUP BY series) n ON n.series = s.id
            ORDER BY s.device, s.measurement, s.field, s.tags
            """);
    }

    private static StoredSeries ReadSeries(DbDataReader row) => new(
        DeviceId.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetString(3),
        (ReadingKind)row.GetByte(4), row.StringOrNull(5), row.GetInt64(6));
}
