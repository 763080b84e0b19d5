using System.ComponentModel;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Influx;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/readings/query?language=…</c>: the question to <c>/readings</c> as a text that gives the same numbers elsewhere.</summary>
internal static class QueryTextEndpoint
{
    public static async Task<IResult> AnswerAsync(
        [AsParameters] ReadingsParameters asked, [Description("sql, influxql or flux."), FromQuery(Name = "language")] string? language,
        HttpContext http, GatewayView view, EmbeddedOptions embedded, IServiceProvider services, TimeProvider clock, ILogger<GatewayView> logger)
    {
        if (language is not ("sql" or "influxql" or "flux")) return Problem.BadParameter("language", language, "must be sql, influxql or flux");
        if (!asked.TryRead(http.Request.Query, clock.GetUtcNow(), out var request, out var problem, "language")) return problem!;
        if (request.Query.After is not null) return Problem.BadParameter("after", asked.After, "must be left out: the text asks for the rows from the first one on");
        if (view.Queries is not { } store) return Problem.NotConfigured(ReadingsEndpoint.NoStore);

        return await StoreProblem.OrAsync(logger, async () =>
        {
            if (language is "sql") return Text(await QueryText.SqlAsync(store, request.Query, embedded.RollUps, http.RequestAborted));

            var fields = await QueryText.FieldsAsync(store, request.Query, http.RequestAborted);
            var bucket = services.GetService<InfluxOptions>() is { } influx ? Flux.Bucket(influx) : QueryText.AnyBucket;
            return fields.Count switch
            {
                0 => Problem.NotFound("No series matches, so there is no field to name; /api/v1/series lists them."),
                > QueryText.MaxFields => Problem.Refused($"{fields.Count} fields match, and each needs a statement of its own: name measurement or field, so that they are {QueryText.MaxFields} at most."),
                _ => Text(language is "flux" ? QueryText.OfFlux(fields, request.Query, bucket) : QueryText.OfInfluxQl(fields, request.Query)),
            };
        });
    }

    private static ContentHttpResult Text(string query) => TypedResults.Text(query, "text/plain; charset=utf-8");
}
