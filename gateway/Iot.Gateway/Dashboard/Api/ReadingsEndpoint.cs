using Iot.Gateway.Delivery;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/readings</c>: what is stored, streamed as JSON or CSV.</summary>
internal static class ReadingsEndpoint
{
    private const int FlushBytes = 32 * 1024;

    public const string NoStore = "No sink that can be asked is configured: add Embedded to Sinks, or Influx.";

    public static async Task<IResult> AnswerAsync(
        [AsParameters] ReadingsParameters asked, HttpContext http, GatewayView view, TimeProvider clock, ILogger<GatewayView> logger)
    {
        if (!asked.TryRead(http.Request.Query, clock.GetUtcNow(), out var query, out var csv, out var problem)) return problem!;
        if (view.Queries is not { } store) return Problem.NotConfigured(NoStore);

        var rows = store.ReadingsAsync(query with { Limit = query.Limit + 1 }, http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        try
        {
            // The first row comes before the first byte of the answer, so that a store that is down is a 503 and not half a file.
            var any = await rows.MoveNextAsync();
            return new Streamed(rows, any, csv, query.Limit, canGoOn: store.CanGoOn && query.Points is null);
        }
        catch (NotSupportedException e)
        {
            await rows.DisposeAsync();
            return Problem.NotConfigured(e.Message);
        }
        catch (IOException e)
        {
            await rows.DisposeAsync();
            logger.QueryFailed(e, e.Message);
            return Problem.Unavailable(e.Message);
        }
    }

    /// <summary>A failure after the first row breaks the connection off: the caller sees that the answer is not whole.</summary>
    private sealed class Streamed(IAsyncEnumerator<StoredReading> rows, bool any, bool csv, int limit, bool canGoOn) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var reading = rows;
            using IReadingRows format = csv ? new CsvRows() : new JsonRows();
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
