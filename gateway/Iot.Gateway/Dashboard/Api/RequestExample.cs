using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>A request that can be made as it stands: the examples of one name at the parameters of a path are one request.</summary>
/// <param name="Parameters">Name and value; one that is given several times has a list.</param>
internal sealed record RequestExample(string Name, string Summary, IReadOnlyList<(string Parameter, string Value)> Parameters)
{
    public void AddTo(OpenApiOperation operation)
    {
        foreach (var given in Parameters.GroupBy(pair => pair.Parameter, pair => pair.Value, StringComparer.Ordinal))
        {
            var parameter = operation.Parameters!.OfType<OpenApiParameter>().Single(one => given.Key.Equals(one.Name, StringComparison.Ordinal));
            parameter.Examples ??= new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
            parameter.Examples[Name] = new OpenApiExample { Summary = Summary, Value = Value(parameter, [.. given]) };
        }
    }

    private static JsonNode Value(OpenApiParameter parameter, string[] values) => parameter.Schema?.Type?.HasFlag(JsonSchemaType.Array) == true
        ? new JsonArray([.. values.Select(value => JsonValue.Create(value))])
        : JsonValue.Create(values.Single());
}

internal static class RequestExamples
{
    public static RouteHandlerBuilder Example(this RouteHandlerBuilder route, string name, string summary, params (string Parameter, string Value)[] parameters) =>
        route.WithMetadata(new RequestExample(name, summary, parameters));
}
