using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/series</c> and <c>/api/v1/fields</c>: what can be asked for.</summary>
internal static class SeriesEndpoint
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/series", AllAsync).WithSummary("Every series stored, or those that are searched for.")
            .Produces<AllSeriesJson>().ProducesProblem(400).ProducesProblem(501).ProducesProblem(503).ProducesProblem(504).InTurn()
            .Example("device", "Those of one device", ("device", "pump-7"));
        api.MapGet("/fields", FieldsAsync).WithSummary("The fields of the series that are searched for, and how many devices have them.")
            .Produces<FieldsJson>().ProducesProblem(400).ProducesProblem(501).ProducesProblem(503).ProducesProblem(504).InTurn();
    }

    private static Task<IResult> AllAsync([AsParameters] SeriesParameters asked, GatewayView view, ILogger<GatewayView> logger, CancellationToken cancellation) =>
        FindAsync(asked, view, logger, (found, limit) => TypedResults.Ok(
            new AllSeriesJson([.. found.Take(limit).Select(SeriesJson.Of)], found.Count, found.Count > limit)), cancellation);

    /// <summary>Those that most series have come first.</summary>
    private static Task<IResult> FieldsAsync([AsParameters] SeriesParameters asked, GatewayView view, ILogger<GatewayView> logger, CancellationToken cancellation) =>
        FindAsync(asked, view, logger, (found, limit) =>
        {
            var fields = found.GroupBy(series => (series.Measurement, series.Field)).Select(field => FieldJson.Of([.. field]))
                .OrderByDescending(field => field.Series).ThenBy(field => field.Measurement, StringComparer.Ordinal).ThenBy(field => field.Field, StringComparer.Ordinal).ToList();
            return TypedResults.Ok(new FieldsJson([.. fields.Take(limit)], fields.Count, fields.Count > limit));
        }, cancellation);

    private static async Task<IResult> FindAsync(
        SeriesParameters asked, GatewayView view, ILogger logger, Func<IReadOnlyList<StoredSeries>, int, IResult> answer, CancellationToken cancellation)
    {
        if (!asked.TryRead(out var isMeant, out var limit, out var problem)) return problem!;
        if (view.Queries is not { } store) return Problem.NotConfigured(ReadingsEndpoint.NoStore);

        return await StoreProblem.OrAsync(logger, async () => answer([.. (await store.SeriesAsync(cancellation)).Where(isMeant)], limit));
    }
}

/// <param name="Matching">All that are meant, also those that <paramref name="Series"/> has no room for.</param>
internal sealed record AllSeriesJson(IReadOnlyList<SeriesJson> Series, int Matching, bool Truncated);

/// <param name="Tags">Further tags, <c>key=value,key=value</c>; empty for none.</param>
/// <param name="Kind"><c>float</c>, <c>boolean</c> or <c>string</c>.</param>
/// <param name="Last">Time of its newest reading, RFC 3339.</param>
internal sealed record SeriesJson(string Device, string Measurement, string Field, string Tags, string Kind, string? Unit, string Last)
{
    public static SeriesJson Of(StoredSeries series) => new(
        series.Device.Value, series.Measurement, series.Field, series.Tags, KindText.Of(series.Kind), series.Unit, TimeText.Format(series.LastNs));
}

/// <param name="Matching">All that are meant, also those that <paramref name="Fields"/> has no room for.</param>
internal sealed record FieldsJson(IReadOnlyList<FieldJson> Fields, int Matching, bool Truncated);

/// <param name="Kind">As of a series; of its first one where they differ, and so is the unit.</param>
/// <param name="Devices">How many have it.</param>
internal sealed record FieldJson(string Measurement, string Field, string Kind, string? Unit, int Devices, int Series)
{
    /// <param name="series">Of one field, at least one, ordered by device.</param>
    public static FieldJson Of(IReadOnlyList<StoredSeries> series) => new(
        series[0].Measurement, series[0].Field, KindText.Of(series[0].Kind), series[0].Unit, series.DistinctBy(one => one.Device).Count(), series.Count);
}

internal static class KindText
{
    public static string Of(ReadingKind kind) => kind switch
    {
        ReadingKind.Boolean => "boolean",
        ReadingKind.String => "string",
        ReadingKind.Data => "data",
        _ => "float",
    };
}
