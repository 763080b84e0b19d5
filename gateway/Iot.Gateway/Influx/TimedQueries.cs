using System.Runtime.CompilerServices;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>InfluxDB's answers within a time: a query that is still under way then is ended, by which the server ends it, too.</summary>
internal sealed class TimedQueries(IReadingQueries influx, TimeSpan limit, TimeProvider clock) : IReadingQueries
{
    public async Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        return await InTimeAsync(influx.SeriesAsync(stop.Token), patience.Token);
    }

    public async IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limit, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        await using var rows = influx.ReadingsAsync(query, stop.Token).GetAsyncEnumerator(stop.Token);
        while (await InTimeAsync(rows.MoveNextAsync().AsTask(), patience.Token)) yield return rows.Current;
    }

    private async Task<T> InTimeAsync<T>(Task<T> answer, CancellationToken patience)
    {
        try
        {
            return await answer;
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"InfluxDB took longer than {limit.TotalSeconds:0.#} s and the query was ended. Ask for less, or raise Influx:QueryTimeLimit.", e);
        }
    }
}
