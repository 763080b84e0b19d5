using System.Net;
using System.Text.Json;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>The examples of openapi.json are requests that work.</summary>
public class ApiExamplesTests
{
    private const long Day = 1_789_992_000_000_000_000; // within 2026-09-21
    private static readonly string[] Queries = ["/api/v1/series", "/api/v1/readings", "/api/v1/readings/query", "/api/v1/sql", "/api/v1/ledger/{device}"];
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_example_is_answered()
    {
        await using var gateway = await StoredGateway.StartAsync();
        gateway.Gateway.Books.Add(CannedGateway.Device("pump-7", 100));
        await gateway.WriteAsync(0, "pump-7", "temperature", "Cel", "", (Day, 21.5), (Day + 1, 21.75));
        await gateway.WriteAsync(1, "fan-1", "temperature", "Cel", "", (Day, 3.0));
        using var description = JsonDocument.Parse(await gateway.Client.GetStringAsync("/api/v1/openapi.json", Stop));
        var asked = 0;

        foreach (var path in Queries)
        {
            foreach (var request in Requests(path, description.RootElement.GetProperty("paths").GetProperty(path).GetProperty("get")))
            {
                using var answer = await gateway.Client.GetAsync(request, Stop);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{request}: {await answer.Content.ReadAsStringAsync(Stop)}");
                if (!request.Contains("device=pump-7&field=temperature", StringComparison.Ordinal)) Assert.NotEqual("""{"readings":[],"truncated":false}""", await answer.Content.ReadAsStringAsync(Stop)); // but for the last hour
                asked++;
            }
        }

        Assert.Equal(12, asked);
    }

    [Fact]
    public async Task Every_parameter_of_a_query_is_described()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var description = JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/openapi.json", Stop));

        foreach (var path in Queries)
        {
            foreach (var parameter in Parameters(description.RootElement.GetProperty("paths").GetProperty(path).GetProperty("get")))
                Assert.True(parameter.TryGetProperty("description", out var words) && words.GetString()!.Length > 5, $"{path}: {parameter.GetProperty("name")}");
        }
    }

    /// <summary>The examples of one name are one request.</summary>
    private static IEnumerable<string> Requests(string path, JsonElement operation)
    {
        var values = Parameters(operation)
            .Where(parameter => parameter.TryGetProperty("examples", out _))
            .SelectMany(parameter => parameter.GetProperty("examples").EnumerateObject().Select(example => (
                Example: example.Name, Parameter: parameter.GetProperty("name").GetString()!, Place: parameter.GetProperty("in").GetString(), Value: example.Value.GetProperty("value"))));
        foreach (var example in values.GroupBy(value => value.Example))
        {
            var request = path;
            var query = new List<string>();
            foreach (var (_, name, place, value) in example)
            {
                string[] given = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [value.GetString()!];
                if (place is "path") request = request.Replace($"{{{name}}}", given[0], StringComparison.Ordinal);
                else query.AddRange(given.Select(one => $"{name}={Uri.EscapeDataString(one)}"));
            }

            yield return $"{request}?{string.Join('&', query)}";
        }
    }

    private static JsonElement.ArrayEnumerator Parameters(JsonElement operation) => operation.GetProperty("parameters").EnumerateArray();
}
