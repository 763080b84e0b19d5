using System.Net;
using System.Text.Json;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Several series in one answer, with tags and units, over a real store.</summary>
public class SeveralSeriesTests
{
    private const long Start = 1_790_000_000_000_000_000;
    private const string Range = "from=1790000000&to=1790000060";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("device=a&device=b", "a bar , a temp , a temp site=x, b temp ")]
    [InlineData("field=bar&field=temp&device=a", "a bar , a temp , a temp site=x")]
    [InlineData("device=a&field=temp&tags=site%3Dx", "a temp site=x")]
    [InlineData("device=a&field=temp&tags=", "a temp ")]
    [InlineData("device=a&device=c&tags=&tags=site%3Dx", "a bar , a temp , a temp site=x, c temp ")]
    [InlineData("device=&field=bar", "a bar ")]
    [InlineData("measurement=telemetry&measurement=none&device=c", "c temp ")]
    [InlineData("device=a&points=100", "a bar , a temp , a temp site=x")]
    [InlineData("device=c&device=b&every=1m", "b temp , c temp ")]
    public async Task Any_of_several_names_is_enough(string query, string series)
    {
        await using var gateway = await WithFourSeriesAsync();

        using var answer = JsonDocument.Parse(await gateway.Client.GetStringAsync($"/api/v1/readings?{Range}&{query}", Stop));

        Assert.Equal(series, string.Join(", ", answer.RootElement.GetProperty("readings").EnumerateArray().Select(row =>
            $"{row.GetProperty("device")} {row.GetProperty("field")} {(row.TryGetProperty("tags", out var tags) ? tags.GetString() : "")}")));
    }

    [Fact]
    public async Task Units_are_said_in_json_and_on_demand_in_csv()
    {
        await using var gateway = await WithFourSeriesAsync();
        const string asked = $"/api/v1/readings?{Range}&device=a&tags=";

        using var json = JsonDocument.Parse(await gateway.Client.GetStringAsync(asked, Stop));
        Assert.Equal(["", "Cel"], json.RootElement.GetProperty("readings").EnumerateArray().Select(row => row.TryGetProperty("unit", out var unit) ? unit.GetString() : ""));
        Assert.Equal("time,device,measurement,field,tags,value", (await LinesAsync(gateway, $"{asked}&format=csv"))[0]);

        var lines = await LinesAsync(gateway, $"{asked}&format=csv&units=true");
        Assert.Equal("time,device,measurement,field,tags,value,unit", lines[0]);
        Assert.EndsWith(",1.25,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",0.1,Cel", lines[2], StringComparison.Ordinal);
        Assert.EndsWith(",1,", (await LinesAsync(gateway, $"{asked}&format=csv&units=true&field=temp&every=1m&aggregate=count"))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device", "d"), InlineData("measurement", "m"), InlineData("field", "f"), InlineData("tags", "t=")]
    public async Task Of_each_kind_there_are_twenty_names_at_most(string parameter, string name)
    {
        await using var gateway = await WithFourSeriesAsync();
        string Names(int count) => string.Join('&', Enumerable.Range(0, count).Select(i => $"{parameter}={Uri.EscapeDataString($"{name}{i}")}"));

        using var enough = await gateway.Client.GetAsync($"/api/v1/readings?{Names(20)}", Stop);
        using var tooMany = await gateway.Client.GetAsync($"/api/v1/readings?{Names(21)}", Stop);

        Assert.Equal(HttpStatusCode.OK, enough.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
        Assert.Contains("20 times at most", await tooMany.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static async Task<StoredGateway> WithFourSeriesAsync()
    {
        var gateway = await StoredGateway.StartAsync();
        await gateway.WriteAsync(0, "a", "temp", "Cel", "", (Start, 0.1));
        await gateway.WriteAsync(1, "a", "temp", "Cel", "site=x", (Start, 2.0));
        await gateway.WriteAsync(2, "a", "bar", "", "", (Start, 1.25));
        await gateway.WriteAsync(3, "b", "temp", "Cel", "", (Start, 3.0));
        await gateway.WriteAsync(4, "c", "temp", "K", "", (Start + 1, 1.0 / 3));
        return gateway;
    }

    private static async Task<string[]> LinesAsync(StoredGateway gateway, string path) => (await gateway.Client.GetStringAsync(path, Stop)).Split("\r\n");
}
