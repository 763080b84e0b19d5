using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>A body of JSON, or a refusal that says what it must be.</summary>
internal static class JsonBody
{
    /// <param name="allowed">What the body must be, as a phrase.</param>
    public static async Task<IResult> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, string allowed, Func<T, Task<IResult>> use) where T : class, new()
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        try
        {
            return await use(await http.Request.ReadFromJsonAsync(type, http.RequestAborted) ?? new());
        }
        catch (JsonException e)
        {
            return Problem.BadParameter("body", e.Path, allowed);
        }
    }
}
