using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Streams a query's rows from a thread of its own, a few thousand ahead of the reader; the database blocks, we do not.</summary>
internal static class RowStream
{
    private const int ChunkRows = 1024;
    private const int ChunksAhead = 4;

    /// <param name="read">Makes a row of where the reader stands.</param>
    /// <param name="limit">Longest it may take.</param>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>.</exception>
    /// <exception cref="DuckDBException">The database refuses the statement, or cannot finish it.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        StoreDatabase database, Func<DuckDBConnection, DuckDBCommand> prepare, Func<DbDataReader, T> read,
        TimeSpan limit, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, database.Closing, cancellation);
        var chunks = Channel.CreateBounded<List<T>>(new BoundedChannelOptions(ChunksAhead) { SingleReader = true, SingleWriter = true });
        var producer = Task.Run(() => ProduceAsync(database, prepare, read, chunks.Writer, clock, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(CancellationToken.None))
                foreach (var row in chunk) yield return row;

            if (!patience.IsCancellationRequested) await producer;
            else await Expired(producer, limit);
        }
        finally
        {
            await stop.CancelAsync(); // the reader may have left early
            await producer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it threw was thrown above, or nobody waits for it
        }
    }

    /// <summary>The same rows; what the database refuses is told in the caller's words.</summary>
    public static async IAsyncEnumerable<T> Failing<T>(
        IAsyncEnumerable<T> rows, Func<DuckDBException, Exception> says, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reader = rows.GetAsyncEnumerator(cancellation);
        while (await NextAsync()) yield return reader.Current;

        async Task<bool> NextAsync()
        {
            try
            {
                return await reader.MoveNextAsync();
            }
            catch (DuckDBException e)
            {
                throw says(e);
            }
        }
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>Rows it copied.</returns>
    /// <inheritdoc cref="ReadAsync{T}" path="/exception"/>
    public static async Task<long> ExecuteAsync(
        StoreDatabase database, Func<DuckDBConnection, DuckDBCommand> prepare, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, database.Closing, cancellation);
        try
        {
            return await Task.Run(() => Execute(database, prepare, clock, stop.Token), CancellationToken.None);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw TookTooLong(limit, e);
        }
    }

    private static long Execute(StoreDatabase database, Func<DuckDBConnection, DuckDBCommand> prepare, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            using var connection = database.Connect();
            using var interruption = new Interruption(connection, clock, stop); // what prepares asks on the way, too
            using var command = prepare(connection);
            return command.ExecuteNonQuery();
        }
        catch (DuckDBException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException("The statement was stopped.", e, stop);
        }
    }

    private static async Task Expired(Task execution, TimeSpan limit)
    {
        try
        {
            await execution;
        }
        catch (OperationCanceledException e)
        {
            throw TookTooLong(limit, e);
        }
    }

    private static TimeoutException TookTooLong(TimeSpan limit, Exception cause) =>
        new($"The query took longer than {limit.TotalSeconds:0.#} s and was stopped. Ask for less, or raise Embedded:QueryTimeLimit.", cause);

    private static async Task ProduceAsync<T>(
        StoreDatabase database, Func<DuckDBConnection, DuckDBCommand> prepare, Func<DbDataReader, T> read,
        ChannelWriter<List<T>> chunks, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            using var connection = database.Connect();
            using var interruption = new Interruption(connection, clock, stop);
            using var command = prepare(connection);
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            for (var rows = NextChunk(reader, read, stop); rows.Count > 0; rows = NextChunk(reader, read, stop))
                await chunks.WriteAsync(rows, stop);
        }
        catch (DuckDBException e) when (stop.IsCancellationRequested || e.ErrorType == DuckDBErrorType.Interrupt)
        {
            throw new OperationCanceledException("The query was stopped.", e, stop);
        }
        finally
        {
            chunks.Complete();
        }
    }

    private static List<T> NextChunk<T>(DbDataReader reader, Func<DbDataReader, T> read, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var rows = new List<T>(ChunkRows);
        while (rows.Count < ChunkRows && reader.Read()) rows.Add(read(reader));
        return rows;
    }
}
