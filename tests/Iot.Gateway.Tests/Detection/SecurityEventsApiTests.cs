using System.Net;
using System.Text.Json;
using Iot.Gateway.Detection;
using Iot.Gateway.Tests.Dashboard;

namespace Iot.Gateway.Tests.Detection;

public sealed class SecurityEventsApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_newest_first_in_pages_with_all_that_is_known_of_them()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var events = gateway.Get<SecurityEvents>();
        for (var i = 0; i < 5; i++) events.Raise(new(SecurityEventKind.ClockJump, $"pump-{i}", "moved", "at once") { Device = $"pump-{i}" });

        using var first = await JsonAsync(gateway, "?limit=2");
        Assert.Equal((5, 4), (first.RootElement.GetProperty("open").GetInt32(), first.RootElement.GetProperty("next").GetInt64()));
        Assert.Equal(["pump-4", "pump-3"], Subjects(first));
        var newest = first.RootElement.GetProperty("events")[0];
        Assert.Equal(
            ("clock_jump", "notice", "open", "pump-4", "moved", "at once", 1),
            (Text(newest, "kind"), Text(newest, "severity"), Text(newest, "state"), Text(newest, "device"), Text(newest, "seen"), Text(newest, "normal"), newest.GetProperty("count").GetInt32()));
        using var second = await JsonAsync(gateway, "?limit=3&before=4");
        Assert.Equal(["pump-2", "pump-1", "pump-0"], Subjects(second));
        Assert.False(second.RootElement.TryGetProperty("next", out _));
        using var closed = await JsonAsync(gateway, "?state=closed");
        Assert.Empty(Subjects(closed));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("state=new", "state")]
    [InlineData("before=-1", "before")]
    public async Task A_parameter_that_cannot_be_is_named(string query, string parameter)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var answer = await gateway.Client().GetAsync($"/api/v1/security-events?{query}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(parameter, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task Strangers_do_not_see_them_though_they_may_read_everything_else()
    {
        var canned = new CannedGateway { Http = new() { AllowAnonymous = true }, From = IPAddress.Parse("192.0.2.7") };
        await using var gateway = await canned.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/api/v1/devices", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client().GetAsync("/api/v1/security-events", Stop)).StatusCode);
    }

    [Fact]
    public async Task Keys_that_are_guessed_are_told_of()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = "a-key-of-some-length" } }.StartAsync();
        for (var i = 0; i < 10; i++) await gateway.Client($"guess-{i}").GetAsync("/api/v1/devices", Stop);

        var found = Assert.Single(gateway.Get<SecurityEvents>().All());
        Assert.Equal((SecurityEventKind.CredentialGuessing, "127.0.0.1"), (found.What.Kind, found.What.Subject));
    }

    private static async Task<JsonDocument> JsonAsync(CannedGateway gateway, string query) =>
        JsonDocument.Parse(await gateway.Client().GetStringAsync("/api/v1/security-events" + query, Stop));

    private static string[] Subjects(JsonDocument page) => [.. page.RootElement.GetProperty("events").EnumerateArray().Select(one => Text(one, "subject"))];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
