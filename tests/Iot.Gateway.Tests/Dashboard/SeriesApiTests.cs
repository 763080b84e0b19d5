using System.Net;
using System.Text.Json;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Which series there are, found among many.</summary>
public class SeriesApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "boiler telemetry/temp site=x; pump-1 flow/rate ; pump-1 telemetry/temp ; pump-2 telemetry/temp ")]
    [InlineData("search=TEMP%20pump", "pump-1 telemetry/temp ; pump-2 telemetry/temp ")]
    [InlineData("search=site%3Dx", "boiler telemetry/temp site=x")]
    [InlineData("search=l%2Fmin", "pump-1 flow/rate ")]
    [InlineData("search=nothing", "")]
    [InlineData("device=pump-1&device=boiler&field=temp", "boiler telemetry/temp site=x; pump-1 telemetry/temp ")]
    [InlineData("device=&measurement=flow", "pump-1 flow/rate ")]
    public async Task Series_are_found_by_words_and_by_names(string query, string expected)
    {
        await using var gateway = await WithFour().StartAsync();

        using var answer = JsonDocument.Parse(await gateway.Client().GetStringAsync($"/api/v1/series?{query}", Stop));

        Assert.Equal(expected, string.Join("; ", answer.RootElement.GetProperty("series").EnumerateArray().Select(series =>
            $"{series.GetProperty("device")} {series.GetProperty("measurement")}/{series.GetProperty("field")} {series.GetProperty("tags")}")));
        Assert.False(answer.RootElement.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task An_answer_is_bounded_and_counts_what_it_has_no_room_for()
    {
        var canned = new CannedGateway();
        canned.Store!.Series.AddRange(Enumerable.Range(0, 10_001).Select(i => Series($"d{i}", "m", "f", "")));
        await using var gateway = await canned.StartAsync();

        using var whole = JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/series", Stop));
        using var short3 = JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/series?limit=3", Stop));

        Assert.Equal((10_000, 10_001, true), Shape(whole));
        Assert.Equal((3, 10_001, true), Shape(short3));
    }

    [Fact]
    public async Task Fields_say_how_many_devices_have_them()
    {
        await using var gateway = await WithFour().StartAsync();

        using var answer = JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/fields", Stop));

        Assert.Equal(
            ["telemetry/temp 3 of Cel", "flow/rate 1 of l/min"],
            answer.RootElement.GetProperty("fields").EnumerateArray().Select(field =>
                $"{field.GetProperty("measurement")}/{field.GetProperty("field")} {field.GetProperty("devices")} of {field.GetProperty("unit")}"));
    }

    [Theory]
    [InlineData("series?limit=0", "must be a whole number from 1 to 10000")]
    [InlineData("series?limit=10001", "must be a whole number from 1 to 10000")]
    [InlineData("fields?limit=x", "must be a whole number from 1 to 10000")]
    public async Task What_cannot_be_used_is_answered_in_words(string path, string says)
    {
        await using var gateway = await WithFour().StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/{path}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_has_a_length()
    {
        await using var gateway = await WithFour().StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/series?search={new string('x', 201)}", Stop);

        Assert.Contains("at most 200 characters", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static CannedGateway WithFour()
    {
        var gateway = new CannedGateway();
        gateway.Store!.Series.AddRange([
            Series("boiler", "telemetry", "temp", "site=x"), Series("pump-1", "flow", "rate", "", "l/min"),
            Series("pump-1", "telemetry", "temp", ""), Series("pump-2", "telemetry", "temp", "")]);
        return gateway;
    }

    private static StoredSeries Series(string device, string measurement, string field, string tags, string unit = "Cel") =>
        new(DeviceId.Parse(device), measurement, field, tags, ReadingKind.Float, unit, 1_790_000_000_000_000_000);

    private static (int Rows, int Matching, bool Truncated) Shape(JsonDocument answer) => (
        answer.RootElement.GetProperty("series").GetArrayLength(), answer.RootElement.GetProperty("matching").GetInt32(), answer.RootElement.GetProperty("truncated").GetBoolean());
}
