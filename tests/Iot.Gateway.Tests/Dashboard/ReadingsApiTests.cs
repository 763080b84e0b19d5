using System.Net;
using System.Text.Json;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

public class ReadingsApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;
    private const long Noon = 1_790_000_000_000_000_000;
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    [Fact]
    public async Task Json_gives_every_number_back_bit_for_bit()
    {
        double[] numbers = [0.1, -0.0, 1e-310, double.MaxValue, 1.0 / 3, 123456789012345678];
        await using var gateway = await WithReadings([.. numbers.Select(number => (object)number)]).StartAsync();

        using var answer = JsonDocument.Parse(await gateway.Client().GetStringAsync($"/api/v1/readings?from={Noon / 1_000_000_000}&to={(Noon / 1_000_000_000) + 60}", Stop));

        var rows = answer.RootElement.GetProperty("readings").EnumerateArray().ToList();
        Assert.Equal(numbers.Select(BitConverter.DoubleToInt64Bits), rows.Select(row => BitConverter.DoubleToInt64Bits(row.GetProperty("value").GetDouble())));
        Assert.Equal("2026-09-21T14:13:20.000000001Z", rows[1].GetProperty("time").GetString());
        Assert.False(answer.RootElement.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Csv_gives_every_number_back_bit_for_bit_and_quotes_text()
    {
        object[] values = [0.1, 1e-310, double.MaxValue, true, "a \"b\", c", 7L];
        await using var gateway = await WithReadings(values).StartAsync();

        using var answer = await gateway.Client().GetAsync("/api/v1/readings?from=1790000000&to=1790000060&format=csv", Stop);
        var lines = (await answer.Content.ReadAsStringAsync(Stop)).Split("\r\n");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("time,device,measurement,field,tags,value", lines[0]);
        Assert.Equal("2026-09-21T14:13:20Z,pump-7,telemetry,value,\"site=a,line=b\",0.1", lines[1]);
        Assert.Equal(1e-310, double.Parse(lines[2].Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(double.MaxValue, double.Parse(lines[3].Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.EndsWith(",true", lines[4], StringComparison.Ordinal);
        Assert.EndsWith(",\"a \"\"b\"\", c\"", lines[5], StringComparison.Ordinal);
        Assert.EndsWith(",7", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_parameter_reaches_the_store()
    {
        await using var gateway = await WithReadings(1.0).StartAsync();

        await gateway.Client().GetStringAsync(
            "/api/v1/readings?device=pump-7&measurement=telemetry&field=value&from=2026-09-21T16:13:20%2B02:00&to=1790000060.5&every=15m&aggregate=max&limit=9", Stop);

        var asked = Assert.Single(gateway.Store!.Asked);
        Assert.Equal(new ReadingQuery(Pump, "telemetry", "value", Noon, Noon + 60_500_000_000, TimeSpan.FromMinutes(15), Aggregate.Max, 10), asked);
    }

    [Fact]
    public async Task A_chart_asks_for_points_and_a_cut_answer_says_where_to_go_on()
    {
        await using var gateway = await WithReadings(1.0, 2.0, 3.0).StartAsync();
        gateway.Store!.CanGoOn = true;
        const string range = "/api/v1/readings?from=1790000000&to=1790000060";

        await gateway.Client().GetStringAsync($"{range}&points=800", Stop);
        Assert.Equal(800, gateway.Store.Asked[^1].Points);

        using var cut = JsonDocument.Parse(await gateway.Client().GetStringAsync($"{range}&limit=2", Stop));
        var next = cut.RootElement.GetProperty("next").GetString();
        await gateway.Client().GetStringAsync($"{range}&limit=2&after={next}", Stop);
        Assert.Equal(new ReadingPlace(Pump, "telemetry", "value", "site=a,line=b", Noon + 1), gateway.Store.Asked[^1].After);
        Assert.Contains($"after={next}", await gateway.Client().GetStringAsync($"{range}&limit=2&format=csv", Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("points=3", "points")]
    [InlineData("points=20001", "points")]
    [InlineData("points=many", "points")]
    [InlineData("points=100&every=1m", "points")]
    [InlineData("points=100&after=eA", "points")]
    [InlineData("after=eA", "after")]
    [InlineData("after=%22", "after")]
    [InlineData("device=no%20spaces", "device")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-09-21T14:13:20", "from")]
    [InlineData("to=-5", "to")]
    [InlineData("to=9999999999999", "to")]
    [InlineData("from=200&to=100", "from")]
    [InlineData("every=0s", "every")]
    [InlineData("every=5 minutes", "every")]
    [InlineData("every=400d", "every")]
    [InlineData("every=1m&aggregate=median", "aggregate")]
    [InlineData("every=1m&aggregate=2", "aggregate")]
    [InlineData("aggregate=max", "every")]
    [InlineData("format=xml", "format")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=500001", "limit")]
    [InlineData("form=csv", "form")]
    public async Task A_bad_parameter_is_named_with_what_would_be_allowed(string query, string parameter)
    {
        await using var gateway = await WithReadings(1.0).StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/readings?{query}", Stop);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(parameter, problem.RootElement.GetProperty("parameter").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("allowed").GetString()!);
        Assert.Empty(gateway.Store!.Asked);
    }

    [Theory]
    [InlineData("json", "\"truncated\":true")]
    [InlineData("csv", "# cut after 2 rows")]
    public async Task An_answer_that_is_cut_says_so(string format, string expected)
    {
        await using var gateway = await WithReadings(1.0, 2.0, 3.0).StartAsync();

        var cut = await gateway.Client().GetStringAsync($"/api/v1/readings?from=1790000000&to=1790000060&limit=2&format={format}", Stop);
        var whole = await gateway.Client().GetStringAsync($"/api/v1/readings?from=1790000000&to=1790000060&limit=3&format={format}", Stop);

        Assert.Contains(expected, cut, StringComparison.Ordinal);
        Assert.DoesNotContain(expected, whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_down_is_503_with_its_own_words()
    {
        var canned = WithReadings(1.0);
        canned.Store!.FailsAt = (0, new IOException("influxd at 127.0.0.1:8086 does not answer."));
        await using var gateway = await canned.StartAsync();

        foreach (var path in new[] { "/api/v1/readings?from=1790000000&to=1790000060", "/api/v1/series" })
        {
            using var answer = await gateway.Client().GetAsync(path, Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("does not answer", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_fails_halfway_breaks_the_answer_off_instead_of_ending_it()
    {
        var canned = WithReadings(1.0, 2.0, 3.0);
        canned.Store!.FailsAt = (2, new IOException("gone"));
        await using var gateway = await canned.StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.Client().GetStringAsync("/api/v1/readings?from=1790000000&to=1790000060", Stop));
    }

    [Fact]
    public async Task Without_a_store_that_can_be_asked_it_is_501()
    {
        await using var gateway = await new CannedGateway { Store = null }.StartAsync();

        using var answer = await gateway.Client().GetAsync("/api/v1/readings", Stop);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
    }

    private static CannedGateway WithReadings(params object[] values)
    {
        var gateway = new CannedGateway();
        gateway.Store!.Readings.AddRange(values.Select((value, i) => new StoredReading(Noon + i, Pump, "telemetry", "value", "site=a,line=b", value)));
        return gateway;
    }
}
