using System.ComponentModel;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/series</c>: what can be asked for.</summary>
internal static class SeriesEndpoint
{
    public static async Task<IResult> AnswerAsync([Description("Only of this device.")] string? device, GatewayView view, ILogger<GatewayView> logger, CancellationToken cancellation)
    {
        if (view.Queries is not { } store) return Problem.NotConfigured(ReadingsEndpoint.NoStore);

        return await StoreProblem.OrAsync(logger, async () => TypedResults.Ok(new AllSeriesJson([.. (await store.SeriesAsync(cancellation))
            .Where(series => string.IsNullOrEmpty(device) || string.Equals(series.Device.Value, device, StringComparison.Ordinal))
            .Select(SeriesJson.Of)])));
    }
}

internal sealed record AllSeriesJson(IReadOnlyList<SeriesJson> Series);

/// <param name="Tags">Further tags, <c>key=value,key=value</c>; empty for none.</param>
/// <param name="Kind"><c>float</c>, <c>boolean</c> or <c>string</c>.</param>
/// <param name="Last">Time of its newest reading, RFC 3339.</param>
internal sealed record SeriesJson(string Device, string Measurement, string Field, string Tags, string Kind, string? Unit, string Last)
{
    public static SeriesJson Of(StoredSeries series) => new(
        series.Device.Value, series.Measurement, series.Field, series.Tags, KindText.Of(series.Kind), series.Unit, TimeText.Format(series.LastNs));
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
