using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/readings</c>: what is stored, streamed as JSON or CSV, or as a Parquet file.</summary>
internal static class ReadingsEndpoint
{
    private const int FlushBytes = 32 * 1024;

    public const string NoStore = "No sink that can be asked is configured: add Embedded to Sinks, or Influx.";

    public static async Task<IResult> AnswerAsync(
        [AsParameters] ReadingsParameters asked, HttpContext http, GatewayView view, TimeProvider clock, ILogger<GatewayView> logger)
    {
        if (!asked.TryRead(http.Request.Query, clock.GetUtcNow(), out var request, out var problem)) return problem!;
        if (view.Queries is not { } store) return Problem.NotConfigured(NoStore);

        return await StoreProblem.OrAsync(logger, () => request.Format == ReadingsFormat.Parquet
            ? ParquetAsync(store, request.Query, http.RequestAborted)
            : RowsAsync(store, request, logger, http.RequestAborted));
    }

    private static async Task<IResult> ParquetAsync(IReadingQueries store, ReadingQuery query, CancellationToken cancellation) =>
        await store.ParquetAsync(query, cancellation) is { } file
            ? TypedResults.Stream(file, ParquetFile.ContentType, "readings.parquet")
            : Problem.Refused($"More than {query.Limit} rows match, and a Parquet file is whole or not at all: narrow from and to, name device or field, or use every.");

    /// <summary>The first row comes before the first byte of the answer, so that a store that is down is a 503 and not half a file.</summary>
    private static async Task<IResult> RowsAsync(IReadingQueries store, ReadingsRequest request, ILogger logger, CancellationToken cancellation)
    {
        var query = request.Query;
        var rows = store.ReadingsAsync(query with { Limit = query.Limit + 1 }, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            return new Streamed(rows, await rows.MoveNextAsync(), request, logger, canGoOn: store.CanGoOn && query.Points is null);
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }
    }

    private sealed class Streamed(IAsyncEnumerator<StoredReading> rows, bool any, ReadingsRequest request, ILogger logger, bool canGoOn) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => StoreProblem.UnlessWholeAsync(httpContext, logger, sql: null, () => WriteAsync(httpContext));

        private async Task WriteAsync(HttpContext httpContext)
        {
            await using var reading = rows;
            var csv = request.Format == ReadingsFormat.Csv;
            var limit = request.Query.Limit;
            using IReadingRows format = csv ? new CsvRows(request.Units) : new JsonRows();
            var to = httpContext.Response.BodyWriter;
            httpContext.Response.ContentType = format.ContentType;
            if (csv) httpContext.Response.Headers.ContentDisposition = "attachment; filename=readings.csv";

            format.Begin(to);
            var count = 0;
            var last = default(StoredReading);
            for (var more = any; more; more = await reading.MoveNextAsync())
            {
                if (++count > limit) break;

                last = reading.Current;
                format.Add(last);
                if (to.UnflushedBytes >= FlushBytes) await to.FlushAsync(httpContext.RequestAborted);
            }

            format.End(count > limit ? limit : null, canGoOn && count > limit ? ReadingPlaceText.Format(last) : null);
            await to.FlushAsync(httpContext.RequestAborted);
        }
    }
}
