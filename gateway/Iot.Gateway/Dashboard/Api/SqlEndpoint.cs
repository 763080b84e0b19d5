using System.Text;
using Iot.Gateway.EmbeddedStore;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/sql?query=…&amp;format=table|csv|json|parquet</c>: one read-only statement on the embedded store.</summary>
internal static class SqlEndpoint
{
    private const int MeasuredRows = 200;
    private const long MaxRows = 10_000_000;

    public static async Task<IResult> AnswerAsync(
        string? query, string? format, IServiceProvider services, EmbeddedOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        if (services.GetService<ReadingStore>() is not { } store)
            return Problem.NotFound("There is no embedded store: the key Sinks does not name Embedded.");
        if (string.IsNullOrWhiteSpace(query)) return Problem.BadParameter("query", query, "must be one SELECT statement");
        if (!Enum.TryParse<SqlFormat>(format ?? nameof(SqlFormat.Json), ignoreCase: true, out var asked))
            return Problem.BadParameter("format", format, "must be table, csv, json or parquet");

        try
        {
            var prepared = await SqlQuery.PrepareAsync(store.Database, query, new(MaxRows, options.QueryTimeLimit), clock, cancellation);
            return asked == SqlFormat.Parquet ? await ParquetAsync(prepared, store, cancellation) : Text(prepared, asked);
        }
        catch (SqlRefusedException e)
        {
            return Problem.BadParameter("query", query, e.Message);
        }
        catch (EmbeddedStoreException e)
        {
            return Problem.Unavailable(e.Message);
        }
    }

    private static PushStreamHttpResult Text(SqlQuery query, SqlFormat format) => TypedResults.Stream(
        async body =>
        {
            await using var text = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            await SqlRows.WriteAsync(query, format, text, MeasuredRows, CancellationToken.None);
        },
        format switch { SqlFormat.Csv => "text/csv", SqlFormat.Json => "application/json", _ => "text/plain; charset=utf-8" });

    private static async Task<IResult> ParquetAsync(SqlQuery query, ReadingStore store, CancellationToken cancellation) => TypedResults.Stream(
        (await ParquetFile.WriteAsync(store.Path, MaxRows, path => query.WriteParquetAsync(path, cancellation)))!, ParquetFile.ContentType);
}
