using System.Net;
using System.Text.Json;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Mqtt;
using Iot.Wire;

namespace Iot.Gateway.Tests.Dashboard;

public class BooksApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;
    [Fact]
    public async Task The_ledger_uses_the_names_of_the_contract()
    {
        await using var gateway = await WithPump().StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/ledger/pump-7");
        var books = answer.RootElement;

        Assert.Equal((100, 90, 4, 6), (Long(books, "received"), Long(books, "accepted"), Long(books, "rejected"), Long(books, "duplicate")));
        var sink = Assert.Single(books.GetProperty("sinks").EnumerateArray());
        Assert.Equal((80, 10, 0), (Long(sink, "stored"), Long(sink, "pending"), Long(sink, "deadLettered")));
        var gap = Assert.Single(books.GetProperty("gaps").EnumerateArray());
        Assert.Equal("00000000deadbeef", gap.GetProperty("epoch").GetString());
        Assert.Equal((5, 9), (Long(gap, "from"), Long(gap, "to")));
        Assert.True(books.GetProperty("balanced").GetBoolean());
    }

    [Fact]
    public async Task Books_that_do_not_balance_say_so()
    {
        var canned = new CannedGateway();
        canned.Books.Add(CannedGateway.Device("pump-7", 100) with { Accepted = 99 });
        await using var gateway = await canned.StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/ledger");

        Assert.False(answer.RootElement.GetProperty("devices")[0].GetProperty("balanced").GetBoolean());
        Assert.False(answer.RootElement.GetProperty("totals").GetProperty("balanced").GetBoolean());
    }

    [Fact]
    public async Task The_totals_are_those_of_all_devices()
    {
        var pumps = WithPump();
        pumps.Books.Add(CannedGateway.Device("pump-8", 50));
        await using var gateway = await pumps.StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/ledger");
        var totals = answer.RootElement.GetProperty("totals");

        Assert.True(totals.GetProperty("balanced").GetBoolean());
        Assert.Equal((2, 150, 140, 4, 6, 5), (Long(totals, "devices"), Long(totals, "received"), Long(totals, "accepted"), Long(totals, "rejected"), Long(totals, "duplicate"), Long(totals, "missing")));
    }

    [Fact]
    public async Task A_device_is_online_offline_or_silent()
    {
        var now = DateTimeOffset.UtcNow;
        var canned = new CannedGateway();
        canned.Books.AddRange([
            CannedGateway.Device("a", 1, seen: now),
            CannedGateway.Device("b", 1, seen: now.AddSeconds(-30)),
            CannedGateway.Device("c", 1, seen: now.AddMinutes(-6)),
            CannedGateway.Device("d", 1, seen: now)]);
        canned.Presence[DeviceId.Parse("b")] = new(Online: false, now);
        canned.Presence[DeviceId.Parse("d")] = new(Online: false, now.AddMinutes(-1)); // it has spoken since
        await using var gateway = await canned.StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/devices");

        Assert.Equal(["online", "offline", "silent", "online"], answer.RootElement.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("state").GetString()!));
    }

    [Theory]
    [InlineData("/api/v1/devices/pump-8")]
    [InlineData("/api/v1/ledger/no%20name")]
    [InlineData("/api/v1/nothing")]
    public async Task What_is_not_there_is_a_404_in_words(string path)
    {
        await using var gateway = await WithPump().StartAsync();

        using var answer = await gateway.Client().GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Dead_letters_carry_their_reason()
    {
        var canned = new CannedGateway();
        canned.DeadLetters.Add(Letter(17));
        await using var gateway = await canned.StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/dead-letters?limit=5");

        var letter = answer.RootElement.GetProperty("deadLetters")[0];
        Assert.Equal("above_maximum", letter.GetProperty("reason").GetString());
        Assert.Equal("1970-01-01T00:00:00Z", letter.GetProperty("at").GetString());
    }

    [Fact]
    public async Task One_dead_letter_comes_with_its_bytes_and_can_be_requeued_and_discarded()
    {
        var canned = new CannedGateway();
        canned.DeadLetters.Add(Letter(17));
        await using var gateway = await canned.StartAsync();

        using var shown = await JsonAsync(gateway, "/api/v1/dead-letters/17");
        Assert.Equal("m v=999"u8.ToArray(), shown.RootElement.GetProperty("payload").GetBytesFromBase64());
        Assert.Equal((HttpStatusCode.OK, "requeued"), await PostAsync(gateway, "/api/v1/dead-letters/17/requeue", "result"));
        Assert.Equal((HttpStatusCode.OK, "1"), await PostAsync(gateway, "/api/v1/dead-letters/17/discard", "discarded"));
        Assert.Equal((HttpStatusCode.NotFound, "404"), await PostAsync(gateway, "/api/v1/dead-letters/18/discard", "status"));
        Assert.Equal((HttpStatusCode.OK, "1"), await PostAsync(gateway, "/api/v1/dead-letters/discard?device=pump-7", "discarded"));
    }

    [Theory]
    [InlineData("device=no%20name")]
    [InlineData("reason=because")]
    [InlineData("state=lost")]
    [InlineData("from=yesterday")]
    [InlineData("from=20&to=10")]
    [InlineData("limit=0")]
    [InlineData("after=x")]
    public async Task A_filter_that_cannot_be_used_is_named(string query)
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/dead-letters?{query}", Stop);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(query.Split('=')[0], problem.RootElement.GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task The_description_names_every_path_of_the_contract()
    {
        await using var gateway = await WithPump().StartAsync();

        using var answer = await JsonAsync(gateway, "/api/v1/openapi.json");

        var paths = answer.RootElement.GetProperty("paths");
        Assert.Equal(
            [
                "/api/v1/audit", "/api/v1/audit/export", "/api/v1/audit/verify", "/api/v1/backup", "/api/v1/ca", "/api/v1/ca/retire", "/api/v1/ca/rotate", "/api/v1/dead-letters", "/api/v1/dead-letters/discard",
                "/api/v1/dead-letters/groups", "/api/v1/dead-letters/requeue", "/api/v1/dead-letters/{id}", "/api/v1/dead-letters/{id}/discard", "/api/v1/dead-letters/{id}/requeue",
                "/api/v1/devices", "/api/v1/devices/{id}", "/api/v1/devices/{id}/config", "/api/v1/enroll", "/api/v1/enroll/renew", "/api/v1/enroll/roots", "/api/v1/fields", "/api/v1/fleet", "/api/v1/keys",
                "/api/v1/keys/{id}", "/api/v1/ledger", "/api/v1/ledger/reconcile", "/api/v1/ledger/{device}", "/api/v1/live", "/api/v1/me", "/api/v1/readings", "/api/v1/readings/query",
                "/api/v1/registry", "/api/v1/registry/{id}", "/api/v1/registry/{id}/disable", "/api/v1/registry/{id}/enable", "/api/v1/registry/{id}/password",
                "/api/v1/registry/{id}/token", "/api/v1/replays", "/api/v1/replays/{sink}", "/api/v1/security-events", "/api/v1/series", "/api/v1/setup",
                "/api/v1/sql", "/api/v1/users", "/api/v1/users/{name}", "/api/v1/users/{name}/disable", "/api/v1/users/{name}/enable",
                "/api/v1/users/{name}/password", "/api/v1/users/{name}/role",
            ],
            paths.EnumerateObject().Select(path => path.Name).Order());
        Assert.Contains("every", paths.GetProperty("/api/v1/readings").GetProperty("get").GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }

    private static CannedGateway WithPump()
    {
        var gateway = new CannedGateway();
        gateway.Books.Add(CannedGateway.Device("pump-7", 100, rejected: 4, duplicate: 6, pending: 10) with { Gaps = [new(0xdeadbeef, 5, 9, GivenUp: false)] });
        return gateway;
    }

    private static KeptDeadLetter Letter(long id)
    {
        var letter = new DeadLetter
        {
            Offset = 17,
            Origin = DeadLetter.Ingest,
            Index = 0,
            Device = DeviceId.Parse("pump-7"),
            ReceivedAtNs = 0,
            Reason = RejectReason.AboveMaximum,
            Detail = "temperature = 999",
            Format = PayloadFormat.LineProtocol,
            Payload = "m v=999"u8.ToArray(),
        };
        return new(id, letter, LetterState.Kept, 7, 7);
    }

    private static async Task<(HttpStatusCode Status, string Value)> PostAsync(CannedGateway gateway, string path, string property)
    {
        using var answer = await gateway.Client().PostAsync(path, content: null, Stop);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return (answer.StatusCode, json.RootElement.GetProperty(property).ToString());
    }

    private static long Long(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static async Task<JsonDocument> JsonAsync(CannedGateway gateway, string path) => JsonDocument.Parse(await gateway.Client().GetStringAsync(path, Stop));
}
