using System.ComponentModel;
using System.Text;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/sql?query=…&amp;format=table|csv|json|parquet</c>: one read-only statement on the embedded store.</summary>
internal static class SqlEndpoint
{
    private const int MeasuredRows = 200;
    private const long MaxRows = 10_000_000;

    public static async Task<IResult> AnswerAsync(
        [Description("One SELECT on the views of docs/sql.md.")] string? query, [Description("json (default), csv, table or parquet.")] string? format, IServiceProvider services, EmbeddedOptions options, TimeProvider clock, ILogger<GatewayView> logger, CancellationToken cancellation)
    {
        if (services.GetService<ReadingStore>() is not { } store)
            return Problem.NotFound("There is no embedded store: the key Sinks does not name Embedded.");
        if (string.IsNullOrWhiteSpace(query)) return Problem.BadParameter("query", query, "must be one SELECT statement");
        if (!Enum.TryParse<SqlFormat>(format ?? nameof(SqlFormat.Json), ignoreCase: true, out var asked))
            return Problem.BadParameter("format", format, "must be table, csv, json or parquet");

        return await StoreProblem.OrAsync(logger, async () =>
        {
            try
            {
                var prepared = await SqlQuery.PrepareAsync(store.Database, query, new(MaxRows, options.QueryTimeLimit), clock, cancellation);
                return asked == SqlFormat.Parquet ? await ParquetAsync(prepared, store, cancellation) : new Written(prepared, query, asked, logger);
            }
            catch (SqlRefusedException e)
            {
                return Problem.BadParameter("query", query, e.Message);
            }
        });
    }

    private static async Task<IResult> ParquetAsync(SqlQuery query, ReadingStore store, CancellationToken cancellation) => TypedResults.Stream(
        (await ParquetFile.WriteAsync(store.Path, MaxRows, path => query.WriteParquetAsync(path, cancellation)))!, ParquetFile.ContentType);

    private sealed class Written(SqlQuery query, string sql, SqlFormat format, ILogger logger) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => StoreProblem.UnlessWholeAsync(httpContext, logger, sql, async () =>
        {
            httpContext.Response.ContentType = format switch { SqlFormat.Csv => "text/csv", SqlFormat.Json => "application/json", _ => "text/plain; charset=utf-8" };
            var text = new StreamWriter(httpContext.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true); // what a failure left in it must not be sent
            await SqlRows.WriteAsync(query, format, text, MeasuredRows, httpContext.RequestAborted);
            await text.DisposeAsync();
        });
    }
}
