namespace Iot.Gateway.Dashboard.Api;

/// <summary>The paths that ask a store, with examples of how; each takes its turn.</summary>
internal static class QueryRoutes
{
    private const string Parquet = "application/vnd.apache.parquet";

    private static readonly (string, string)[] Day = [("from", "2026-09-21T00:00:00Z"), ("to", "2026-09-22T00:00:00Z")];

    public static void Map(RouteGroupBuilder api)
    {
        SeriesEndpoint.Map(api);
        MapReadings(api);
        MapText(api);
        MapForm(api);
        api.MapGet("/sql", SqlEndpoint.AnswerAsync).WithSummary("One read-only statement on the embedded store, within limits of rows and time.")
            .Produces<string>(200, "application/json", "text/csv", "text/plain", Parquet).ProducesProblem(400).ProducesProblem(404).Refusing().InTurn()
            .Example("newest", "The newest reading of each field", ("query", "SELECT device, field, max(time) FROM readings GROUP BY ALL"))
            .Example("extremes", "Extremes of a day as CSV", ("query", "SELECT field, min(value), max(value) FROM readings WHERE time::DATE = '2026-09-21' GROUP BY field"), ("format", "csv"));
    }

    private static void MapForm(RouteGroupBuilder api) => api.MapPost("/sql", SqlEndpoint.AnswerFormAsync).WithSummary("The same with a form as body: query, format, limit.")
        .Accepts<string>("application/x-www-form-urlencoded")
        .Produces<string>(200, "application/json", "text/csv", "text/plain", Parquet).ProducesProblem(400).ProducesProblem(404).ProducesProblem(415).Refusing().InTurn();

    private static void MapReadings(RouteGroupBuilder api) => api.MapGet("/readings", ReadingsEndpoint.AnswerAsync)
        .WithSummary("What is stored, ordered by series and time; streamed. For a chart ask with points, for a long answer page by page with limit and after.")
        .Produces<ReadingsJson>(200, "application/json", "text/csv", Parquet).ProducesProblem(400).Refusing().InTurn()
        .Example("hour", "The last hour of one field", ("device", "pump-7"), ("field", "temperature"))
        .Example("chart", "A day of two devices for a chart 800 pixels wide", [("device", "pump-7"), ("device", "fan-1"), ("field", "temperature"), ("points", "800"), .. Day])
        .Example("buckets", "The highest of each quarter of an hour, as CSV with units", [("measurement", "telemetry"), ("every", "15m"), ("aggregate", "max"), ("format", "csv"), ("units", "true"), .. Day])
        .Example("page", "The first page of a long answer, of series without further tags", [("tags", ""), ("limit", "2"), .. Day])
        .Example("parquet", "A day as a file for pandas, DuckDB or Spark", [("format", "parquet"), .. Day]);

    private static void MapText(RouteGroupBuilder api) => api.MapGet("/readings/query", QueryTextEndpoint.AnswerAsync)
        .WithSummary("The same question as SQL on this gateway's views, as InfluxQL or as Flux, for a tool of one's own.")
        .Produces<string>(200, "text/plain").ProducesProblem(400).ProducesProblem(404).Refusing().InTurn()
        .Example("sql", "A chart as SQL", [("language", "sql"), ("device", "pump-7"), ("points", "800"), .. Day])
        .Example("influxql", "Means as InfluxQL", [("language", "influxql"), ("field", "temperature"), ("every", "15m"), .. Day])
        .Example("flux", "Readings as Flux", [("language", "flux"), ("field", "temperature"), .. Day]);

    /// <summary>What every one of them may answer instead.</summary>
    private static RouteHandlerBuilder Refusing(this RouteHandlerBuilder query) => query.ProducesProblem(501).ProducesProblem(503).ProducesProblem(504);
}

/// <summary>The shape of an answer of readings, for its description only: rows are streamed.</summary>
/// <param name="Truncated">There is more than the limit; <paramref name="Note"/> says what to do.</param>
/// <param name="Next">When cut: give it as <c>after</c> for what comes behind.</param>
internal sealed record ReadingsJson(IReadOnlyList<ReadingJson> Readings, bool Truncated, string? Note, string? Next);

/// <param name="Time">RFC 3339, UTC, to the nanosecond; a bucket's is its start.</param>
/// <param name="Unit">Left out when none is known, and of counts.</param>
/// <param name="Value">A number, true or false, or text.</param>
internal sealed record ReadingJson(string Time, string Device, string Measurement, string Field, string? Tags, string? Unit, object Value);
