using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>The same question as a text; that of SQL is asked again, and must give the same rows.</summary>
public class QueryTextTests
{
    private const long Start = 1_790_000_000_000_000_000;
    private const long Second = 1_000_000_000;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("device=a")]
    [InlineData("device=a&device=b&field=temp&field=note")]
    [InlineData("measurement=telemetry&tags=")]
    [InlineData("tags=site%3Dx&tags=")]
    [InlineData("limit=17")]
    [InlineData("every=30s&aggregate=max")]
    [InlineData("every=7s&aggregate=min&field=temp")]
    [InlineData("every=1m")]
    [InlineData("every=1m&aggregate=count")]
    [InlineData("every=45s&aggregate=last")]
    [InlineData("points=10")]
    [InlineData("points=10&device=a&field=temp")]
    [InlineData("points=5000")]
    public async Task Sql_gives_the_same_rows(string asked)
    {
        await using var gateway = await WithReadingsAsync();
        var query = $"{asked}&from=1790000001.5&to=1790000500";

        var sql = await TextAsync(gateway, "sql", query);

        Assert.NotEmpty(await RowsAsync(gateway, query));
        Assert.Equal(await RowsAsync(gateway, query), await SqlRowsAsync(gateway, sql));
    }

    [Theory]
    [InlineData("x'; DROP TABLE series; --")]
    [InlineData("' OR '1'='1")]
    [InlineData("it's \"quoted\" \\' and \\\" and \\")]
    [InlineData("line\nfeed */ /* -- ${r}")]
    [InlineData("$1 ? :name {0}")]
    [InlineData("ünï ' ‘’ \u2028")]
    public async Task Whatever_a_name_holds_it_is_a_name(string name)
    {
        await using var gateway = await WithReadingsAsync();
        await gateway.WriteAsync(20, "c", name, "", "", (Start + (2 * Second), 7.5));
        var escaped = Uri.EscapeDataString(name);

        foreach (var asked in new[] { $"field={escaped}", $"field={escaped}&every=1m", $"field={escaped}&points=4" })
        {
            var query = $"{asked}&from=1790000000&to=1790000500";
            Assert.Equal(await RowsAsync(gateway, query), await SqlRowsAsync(gateway, await TextAsync(gateway, "sql", query)));
            Assert.Single(await RowsAsync(gateway, query));
        }

        foreach (var parameter in new[] { "measurement", "tags" })
            Assert.Empty(await SqlRowsAsync(gateway, await TextAsync(gateway, "sql", $"{parameter}={escaped}&from=1790000000&to=1790000500")));
        foreach (var language in new[] { "influxql", "flux" })
            Assert.NotEmpty(await TextAsync(gateway, language, $"field={escaped}&from=1790000000&to=1790000500"));
    }

    [Theory]
    [InlineData("language=cobol", "language")]
    [InlineData("format=csv", "language")]
    [InlineData("language=sql&langauge=sql", "langauge")]
    [InlineData("language=sql&every=0s", "every")]
    [InlineData("language=flux&after=YQBiAGMAZAAx", "after")]
    public async Task What_cannot_be_asked_is_named(string query, string parameter)
    {
        await using var gateway = await WithReadingsAsync();

        using var answer = await gateway.Client.GetAsync($"/api/v1/readings/query?{query}", Stop);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, problem.RootElement.GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task Each_field_is_a_statement_and_one_that_is_not_there_is_named()
    {
        await using var gateway = await WithReadingsAsync();
        const string range = "from=1790000000&to=1790000500";

        var influxQl = await TextAsync(gateway, "influxql", $"{range}&device=a&every=1m");
        Assert.Equal(
            """
            SELECT mean("temp") FROM "telemetry" WHERE time >= 1790000000000000000 AND time < 1790000500000000000 AND ("device" = 'a') GROUP BY time(60000000000ns), * fill(none) LIMIT 100000;

            """.ReplaceLineEndings("\n"), influxQl);
        Assert.Equal(3, (await TextAsync(gateway, "influxql", range)).Count(letter => letter == ';'));
        Assert.Equal(3, (await TextAsync(gateway, "flux", range)).Split("yield(").Length - 1);

        using var nothing = await gateway.Client.GetAsync($"/api/v1/readings/query?language=flux&field=nothing&{range}", Stop);
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    /// <summary>Numbers, booleans and text; each extreme of a bucket once, so that which one is shown is no matter of order.</summary>
    private static async Task<StoredGateway> WithReadingsAsync()
    {
        var gateway = await StoredGateway.StartAsync();
        await gateway.WriteAsync(0, "a", "temp", "Cel", "", [.. Enumerable.Range(0, 500).Select(i => (Start + (i * Second) + i, (object)(double)(i * 37 % 500)))]);
        await gateway.WriteAsync(1, "b", "temp", "Cel", "site=x", [.. Enumerable.Range(0, 40).Select(i => (Start + (i * Second * 3), (object)(i * 0.25)))]);
        await gateway.WriteAsync(2, "b", "on", "", "", [.. Enumerable.Range(0, 3).Select(i => (Start + (i * Second * 100), (object)(i % 2 == 0)))]);
        await gateway.WriteAsync(3, "b", "note", "", "", [.. Enumerable.Range(0, 12).Select(i => (Start + (i * Second * 30), (object)$"it's {i}"))]);
        return gateway;
    }

    private static async Task<string> TextAsync(StoredGateway gateway, string language, string query)
    {
        using var answer = await gateway.Client.GetAsync($"/api/v1/readings/query?language={language}&{query}", Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        return text;
    }

    private static async Task<List<string>> RowsAsync(StoredGateway gateway, string query)
    {
        using var answer = JsonDocument.Parse(await gateway.Client.GetStringAsync($"/api/v1/readings?{query}", Stop));
        return [.. answer.RootElement.GetProperty("readings").EnumerateArray().Select(row => Row(
            row, row.GetProperty("time").GetString()!, row.GetProperty("value") is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? (flag.GetBoolean() ? "1" : "0") : row.GetProperty("value").ToString()))];
    }

    private static async Task<List<string>> SqlRowsAsync(StoredGateway gateway, string sql)
    {
        using var answer = JsonDocument.Parse(await gateway.Client.GetStringAsync($"/api/v1/sql?query={Uri.EscapeDataString(sql)}", Stop));
        return [.. answer.RootElement.EnumerateArray().Select(row => Row(
            row, Iot.Gateway.Dashboard.Api.TimeText.Format(row.GetProperty("time_ns").GetInt64()),
            row.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString(CultureInfo.InvariantCulture) : row.GetProperty("text").GetString()!))];
    }

    private static string Row(JsonElement row, string time, string value) =>
        $"{time} {row.GetProperty("device")} {row.GetProperty("measurement")} {row.GetProperty("field")} {(row.TryGetProperty("tags", out var tags) ? tags : "")} {value}";
}
