using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Observability;

internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, GatewayHealth health)
    {
        routes.MapGet("/health/live", () => Answer(health.Live())).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/health/ready", () => Answer(health.Ready())).AllowAnonymous().ExcludeFromDescription();
    }

    private static JsonHttpResult<HealthReport> Answer(HealthReport report) => TypedResults.Json(
        report,
        HealthJson.Default.HealthReport,
        statusCode: report.Status == HealthState.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
