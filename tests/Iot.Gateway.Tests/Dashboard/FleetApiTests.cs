using System.Net;
using System.Text.Json;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary><c>GET /api/v1/fleet</c> over HTTP.</summary>
public class FleetApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_and_the_CSV_hold_the_same_devices()
    {
        await using var gateway = await FewAsync();
        using var client = gateway.Client();

        using var page = JsonDocument.Parse(await client.GetStringAsync("/api/v1/fleet?search=P&sort=last_seen&order=asc&limit=2", Stop));
        var csv = await client.GetStringAsync("/api/v1/fleet?search=P&sort=last_seen&order=asc&limit=2&format=csv", Stop);

        Assert.Equal((3, 3), (page.RootElement.GetProperty("matching").GetInt32(), page.RootElement.GetProperty("total").GetInt32()));
        Assert.Equal(["pump-9", "pump-1"], page.RootElement.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("device").GetString()));
        Assert.Equal("never_spoke", page.RootElement.GetProperty("devices")[0].GetProperty("state").GetString());
        var lines = csv.Split("\r\n");
        Assert.Equal("device,state,last_seen,site,type,registration,rate,gaps,missing,held,rejected,clock,skew", lines[0]);
        Assert.Equal("pump-9,never_spoke,,\"hall 3, \"\"left\"\"\",pump,pending,,,,,,,", lines[1]);
        Assert.Equal(["pump-1", "pump-2"], lines[2..4].Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task An_empty_site_asks_for_those_without_one()
    {
        await using var gateway = await FewAsync();
        using var client = gateway.Client();

        using var page = JsonDocument.Parse(await client.GetStringAsync("/api/v1/fleet?site=", Stop));

        Assert.Equal(["pump-1", "pump-2"], page.RootElement.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("device").GetString()));
    }

    [Theory]
    [InlineData("state=asleep", "never_spoke")]
    [InlineData("sort=colour", "last_seen")]
    [InlineData("order=up", "asc or desc")]
    [InlineData("page=0", "from 1")]
    [InlineData("limit=501", "from 1 to 500")]
    [InlineData("only=no%20name", "a device's id")]
    [InlineData("format=xml", "json or csv")]
    public async Task What_cannot_be_asked_is_a_400_that_says_what_can(string query, string allowed)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var answer = await gateway.Client().GetAsync($"/api/v1/fleet?{query}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(allowed, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static async Task<CannedGateway> FewAsync()
    {
        var canned = new CannedGateway();
        canned.Books.AddRange([CannedGateway.Device("pump-2", 5), CannedGateway.Device("pump-1", 5, seen: DateTimeOffset.UtcNow.AddHours(-1))]);
        await canned.StartAsync();
        canned.Get<DeviceRegistry>().Add(DeviceId.Parse("pump-9"), new("pump", "hall 3, \"left\"", new Dictionary<string, string>()));
        return canned;
    }
}
