using System.ComponentModel;
using System.Globalization;
using System.Text;
using Iot.Gateway.EmbeddedStore;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET</c> and <c>POST /api/v1/sql</c>: one read-only statement on the embedded store.</summary>
internal static class SqlEndpoint
{
    private const int MeasuredRows = 200;
    private const long MaxRows = 10_000_000;
    private const int RowsOfPage = 1_000;
    private const int MostRowsOfPage = 10_000;

    /// <summary>The same with a form as body, for statements that no address can hold.</summary>
    public static async Task<IResult> AnswerFormAsync(HttpContext http, EmbeddedOptions options, TimeProvider clock, ILogger<GatewayView> logger)
    {
        if (!http.Request.HasFormContentType) return Problem.WrongMediaType("The body must be a form with query, format and limit.");

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var format = form["format"].FirstOrDefault();
        var answer = await AnswerAsync(form["query"], format, form["limit"].FirstOrDefault(), http, options, clock, logger);
        if (answer is Written or FileStreamHttpResult) http.Response.Headers.ContentDisposition = $"attachment; filename=\"answer.{Extension(format)}\""; // a page's form is to stay where it is
        return answer;
    }

    public static async Task<IResult> AnswerAsync(
        [Description("One SELECT on the views of docs/sql.md.")] string? query, [Description("json (default), csv, table, parquet, or rows: for a page, every value as text.")] string? format,
        [Description("With format = rows: most rows, 1 to 10000. Default 1000.")] string? limit, HttpContext http, EmbeddedOptions options, TimeProvider clock, ILogger<GatewayView> logger)
    {
        if (http.RequestServices.GetService<ReadingStore>() is not { } store)
            return Problem.NotFound("There is no embedded store: the key Sinks does not name Embedded.");
        if (string.IsNullOrWhiteSpace(query)) return Problem.BadParameter("query", query, "must be one SELECT statement");
        if (!Enum.TryParse<SqlFormat>(format ?? nameof(SqlFormat.Json), ignoreCase: true, out var asked) || !Enum.IsDefined(asked))
            return Problem.BadParameter("format", format, "must be table, csv, json, parquet or rows");
        var rows = RowsOfPage;
        if (!string.IsNullOrEmpty(limit) && (asked != SqlFormat.Rows || !int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out rows) || rows is < 1 or > MostRowsOfPage))
            return Problem.BadParameter("limit", limit, $"must be a whole number from 1 to {MostRowsOfPage}, and goes with format = rows");

        return await StoreProblem.OrAsync(logger, async () =>
        {
            try
            {
                var limits = new SqlLimits(asked == SqlFormat.Rows ? rows + 1 : MaxRows, options.QueryTimeLimit);
                var prepared = await SqlQuery.PrepareAsync(store.Database, query, limits, clock, http.RequestAborted);
                return asked switch
                {
                    SqlFormat.Rows => TypedResults.Ok(await SqlAnswer.ReadAsync(prepared, rows, clock, http.RequestAborted)),
                    SqlFormat.Parquet => await ParquetAsync(prepared, store, http.RequestAborted),
                    _ => new Written(prepared, query, asked, logger),
                };
            }
            catch (SqlRefusedException e)
            {
                return Problem.BadParameter("query", query, e.Message);
            }
        });
    }

    /// <summary>Of the word as it is meant, not as it was sent.</summary>
    private static string Extension(string? format) =>
        (Enum.TryParse<SqlFormat>(format, ignoreCase: true, out var known) ? known : SqlFormat.Json) is var asked and not SqlFormat.Table ? asked.ToString().ToLowerInvariant() : "txt";

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
