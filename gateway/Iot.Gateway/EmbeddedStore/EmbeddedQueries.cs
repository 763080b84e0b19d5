using System.Data.Common;
using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>What the dashboard and the API ask of the embedded store. Runs beside the writing, on connections of its own.</summary>
internal sealed class EmbeddedQueries(ReadingStore store, EmbeddedOptions options, TimeProvider clock) : IReadingQueries, IDisposable
{
    private const string AllSeries = """
        SELECT s.device, s.measurement, s.field, s.tags, s.kind, s.unit, n.newest
        FROM series s JOIN (SELECT series, max(time) AS newest FROM reading_rows GROUP BY series) n ON n.series = s.id
        ORDER BY s.device, s.measurement, s.field, s.tags
        """;

    private readonly SemaphoreSlim _queries = new(options.Queries, options.Queries);

    public async Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation)
    {
        var series = new List<StoredSeries>();
        await foreach (var one in StreamAsync(connection => connection.Command(AllSeries), ReadSeries, cancellation)) series.Add(one);
        return series;
    }

    public IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, CancellationToken cancellation) =>
        StreamAsync(connection => ReadingSql.Command(connection, query), new ReadingRows().Read, cancellation);

    public void Dispose() => _queries.Dispose();

    private async IAsyncEnumerable<T> StreamAsync<T>(
        Func<DuckDBConnection, DuckDBCommand> prepare, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _queries.WaitAsync(cancellation);
        try
        {
            await foreach (var row in RowStream.ReadAsync(store.Database, prepare, read, options.QueryTimeLimit, clock, cancellation))
                yield return row;
        }
        finally
        {
            _queries.Release();
        }
    }

    private static StoredSeries ReadSeries(DbDataReader row) => new(
        DeviceId.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetString(3),
        (ReadingKind)row.GetByte(4), row.StringOrNull(5), row.GetInt64(6));
}
