using System.Net;
using System.Text.Json;
using Iot.Gateway.Tests.Dashboard;

namespace Iot.Gateway.Tests.Audit;

/// <summary>Who is refused and who changes something is in the log; the log itself is for those who belong.</summary>
public sealed class AuditedApiTests
{
    private const string Key = "a-key-of-some-length";
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_key_and_no_key_are_told_apart()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key }, From = Elsewhere }.StartAsync();
        using var wrong = gateway.Client("not-the-right-key-at-all");
        using var none = gateway.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/v1/devices?key=in-the-query", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await none.GetAsync("/api/v1/ledger", Stop)).StatusCode);

        var entries = await gateway.AuditAsync("api");
        Assert.Equal([("api.key.refused", "GET /api/v1/devices"), ("api.access.refused", "GET /api/v1/ledger")], entries.Select(entry => (entry.Act, entry.On!)));
        Assert.All(entries, entry => Assert.StartsWith("192.0.2.7:", entry.From, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_in_badly_and_well_and_signing_out()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key } }.StartAsync();
        using var browser = new Browser(gateway);
        await browser.PostAsync("/sign-in", "/sign-in", ("key", "not-the-right-key-at-all"));
        await browser.PostAsync("/sign-in", "/sign-in", ("key", Key));
        await browser.PostAsync("/", "/sign-out");

        Assert.Equal(["api.sign-in.refused", "api.sign-in", "api.sign-out"], (await gateway.AuditAsync("api")).Select(entry => entry.Act));
    }

    [Fact]
    public async Task An_act_that_was_done_is_told_once_although_its_caller_did_not_wait()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var done = new TaskCompletionSource();
        await using var gateway = await new CannedGateway
        {
            Http = new() { ApiKey = Key },
            Requeueing = async gone =>
            {
                var left = new TaskCompletionSource();
                await using var registration = gone.Register(left.SetResult);
                await impatient.CancelAsync();
                await left.Task;
                done.SetResult();
            },
        }.StartAsync();
        using var client = gateway.Client(Key);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PostAsync("/api/v1/dead-letters/5/requeue", null, impatient.Token));
        await done.Task.WaitAsync(Stop);

        Assert.Equal(("ok", "requeued"), Assert.Single(await gateway.AuditAsync("dead-letters")) is var entry ? (entry.Result, entry.Detail) : default);
    }

    [Fact]
    public async Task Requeueing_and_discarding_name_who_what_and_what_came_of_it()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key } }.StartAsync();
        using var client = gateway.Client(Key);
        await client.PostAsync("/api/v1/dead-letters/requeue?id=3,4&token=not-for-the-log", null, Stop);
        await client.PostAsync("/api/v1/dead-letters/5/requeue", null, Stop);
        await client.PostAsync("/api/v1/dead-letters/discard?device=pump-7", null, Stop);
        await client.PostAsync("/api/v1/dead-letters/6/discard", null, Stop);
        await client.PostAsync("/api/v1/dead-letters/requeue?device=//", null, Stop);

        var entries = await gateway.AuditAsync("dead-letters");
        Assert.All(entries, entry => Assert.Equal("api-key", entry.Who));
        Assert.Equal(
            [
                ("dead-letters.requeue", "POST /api/v1/dead-letters/requeue?id=3,4", "ok", "2 requeued"),
                ("dead-letters.requeue", "POST /api/v1/dead-letters/5/requeue", "ok", "requeued"),
                ("dead-letters.discard", "POST /api/v1/dead-letters/discard?device=pump-7", "ok", "0 discarded"),
                ("dead-letters.discard", "POST /api/v1/dead-letters/6/discard", "refused", "404 Not found"),
                ("dead-letters.requeue", "POST /api/v1/dead-letters/requeue", "refused", "400 A parameter cannot be used"),
            ],
            entries.Select(entry => (entry.Act, entry.On!, entry.Result, entry.Detail!)));
    }

    [Fact]
    public async Task The_log_is_not_open_to_everybody_where_all_else_is()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key, AllowAnonymous = true }, From = Elsewhere }.StartAsync();
        using var stranger = gateway.Client();
        using var known = gateway.Client(Key);

        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/v1/devices", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/audit", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/api/v1/audit", Stop)).StatusCode);
    }

    [Fact]
    public async Task Pages_of_the_log_go_on_where_the_one_before_ended_and_filters_leave_out()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var client = gateway.Client();
        for (var i = 0; i < 5; i++) await client.PostAsync($"/api/v1/dead-letters/{i}/requeue", null, Stop);

        var first = await GetAsync(client, "/api/v1/audit?kind=dead-letters&limit=2");
        var second = await GetAsync(client, $"/api/v1/audit?kind=dead-letters&limit=2&before={first.GetProperty("next").GetInt64()}");
        Assert.Equal(["4", "3", "2", "1"], Targets(first).Concat(Targets(second)));
        Assert.Equal(5, Targets(await GetAsync(client, "/api/v1/audit?subject=127.0.0.1")).Count());
        Assert.Equal(5, Targets(await GetAsync(client, "/api/v1/audit?subject=local&since=2020-01-01T00:00:00Z")).Count());
        Assert.Empty(Targets(await GetAsync(client, "/api/v1/audit?subject=nobody")));
        Assert.Empty(Targets(await GetAsync(client, "/api/v1/audit?until=2020-01-01T00:00:00Z")));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/audit?limit=0", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/audit?since=yesterday", Stop)).StatusCode);
    }

    private static IEnumerable<string> Targets(JsonElement page) =>
        page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("on").GetString()!.Split('/')[4]);

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(path, Stop));
        return document.RootElement.Clone();
    }
}
