using System.Globalization;
using System.Text.Json;
using Iot.Gateway.Tests.Dashboard;

namespace Iot.Gateway.Tests.Influx;

/// <summary>What <c>/readings/query</c> says in InfluxQL, asked of a real influxd without the gateway: the same rows.</summary>
public sealed class InfluxdQueryTextTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private const long Second = 1_000_000_000;
    private const long Start = 1_790_000_000 * Second;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("field=temp")]
    [InlineData("device=pump-7&device=fan-1&field=temp&field=on")]
    [InlineData("tags=site%3Dhall%5C%201&field=temp")]
    [InlineData("every=30s&aggregate=max")]
    [InlineData("every=1m")]
    [InlineData("every=45s&aggregate=last&device=pump-7")]
    [InlineData("every=45s&aggregate=count")]
    [InlineData("points=5000&field=temp")]
    [InlineData("field=it's%20%22a%22%3B%20--")]
    public async Task InfluxQl_gives_the_same_rows(string asked)
    {
        var (rig, database) = await WithReadingsAsync();
        await using var owned = rig;
        await using var gateway = await new CannedGateway { Queries = rig.Timed }.StartAsync();
        var query = $"{asked}&from=1790000001.5&to=1790000500";

        var influxQl = await gateway.Client().GetStringAsync($"/api/v1/readings/query?language=influxql&{query}", Stop);
        var rows = await RowsAsync(gateway, query);

        Assert.NotEmpty(rows);
        Assert.Equal(rows.Order(StringComparer.Ordinal), (await AskAsync(database, influxQl)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_chart_of_many_readings_gives_the_same_extremes()
    {
        var (rig, database) = await WithReadingsAsync();
        await using var owned = rig;
        await using var gateway = await new CannedGateway { Queries = rig.Timed }.StartAsync();
        const string query = "points=10&field=temp&device=fan-1&from=1790000000&to=1790000500";

        var influxQl = await gateway.Client().GetStringAsync($"/api/v1/readings/query?language=influxql&{query}", Stop);

        var extremes = (await AskAsync(database, influxQl)).SelectMany(row => row.Split(' ')[3..]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal((await RowsAsync(gateway, query)).Select(row => row.Split(' ')[3]).Distinct().Order(StringComparer.Ordinal), extremes);
    }

    private async Task<(SinkRig Rig, string Database)> WithReadingsAsync()
    {
        var (rig, database) = await fixture.RigAsync();
        await rig.SendAsync(Spooled.Judged(7, "pump-7", "site=hall\\ 1", [],
            [.. Enumerable.Range(0, 50).Select(i => new Sample("temp", i * 0.1, Start + (i * Second * 10) + i)), new("on", true, Start + (3 * Second)), new("note", "a b", Start + (4 * Second))]));
        await rig.SendAsync(Spooled.Judged(8, "fan-1", "", [],
            [.. Enumerable.Range(0, 500).Select(i => new Sample("temp", i * 37 % 500, Start + (i * Second))), new("it's \"a\"; --", 4.5, Start + (5 * Second))]));
        return (rig, database);
    }

    private static async Task<List<string>> RowsAsync(CannedGateway gateway, string query)
    {
        using var answer = JsonDocument.Parse(await gateway.Client().GetStringAsync($"/api/v1/readings?{query}", Stop));
        return [.. answer.RootElement.GetProperty("readings").EnumerateArray().Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{Ns(row.GetProperty("time").GetString()!)} {row.GetProperty("device")} {row.GetProperty("measurement")} {row.GetProperty("value")}"))];
    }

    private async Task<List<string>> AskAsync(string database, string influxQl)
    {
        using var http = new HttpClient();
        using var answer = JsonDocument.Parse(await http.GetStringAsync($"{fixture.Influxd.Url}query?epoch=ns&db={database}&q={Uri.EscapeDataString(influxQl)}", Stop));
        return [.. answer.RootElement.GetProperty("results").EnumerateArray()
            .SelectMany(result => result.TryGetProperty("series", out var series) ? series.EnumerateArray().ToArray() : [])
            .SelectMany(series => series.GetProperty("values").EnumerateArray().Select(row =>
                $"{row[0]} {series.GetProperty("tags").GetProperty("device")} {series.GetProperty("name")} {string.Join(' ', row.EnumerateArray().Skip(1))}"))];
    }

    private static long Ns(string time) => Iot.Gateway.Dashboard.Api.TimeText.TryParse(time, out var ns) ? ns : throw new FormatException(time);
}
