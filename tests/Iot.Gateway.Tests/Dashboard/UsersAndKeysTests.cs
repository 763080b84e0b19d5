using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Iot.Gateway.Dashboard.Access;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Users and keys over the API; who may call once there are some.</summary>
public sealed class UsersAndKeysTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_soon_as_there_is_a_user_this_machine_needs_credentials_and_its_own_key_still_works()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/api/v1/users", Stop)).StatusCode);

        await gateway.WithUserAsync("anna", Role.Viewer);

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client().GetAsync("/api/v1/devices", Stop)).StatusCode);
        var key = LocalKey.Read(gateway.DataPath, new("http://127.0.0.1:8080"));
        using var local = gateway.Client(key);
        Assert.Equal("""{"name":"local","role":"admin"}""", await local.GetStringAsync("/api/v1/me", Stop));
        Assert.Null(LocalKey.Read(gateway.DataPath, new("http://elsewhere:8080"))); // it is shown to no other address
    }

    [Fact]
    public async Task The_key_of_this_machine_is_another_one_after_a_start()
    {
        using var data = new TempDirectory();
        string? old;
        await using (await new CannedGateway { DataPath = data.Path }.StartAsync()) old = LocalKey.Read(data.Path, new("http://127.0.0.1:8080"));

        await using var gateway = await new CannedGateway { DataPath = data.Path }.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client(old).GetAsync("/api/v1/me", Stop)).StatusCode);
    }

    [Fact]
    public async Task Users_are_added_changed_and_removed_and_the_log_says_by_whom()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var admin = gateway.Client(gateway.NewKey(Role.Admin, "deploy"));

        Assert.Equal(HttpStatusCode.Created, (await admin.PostAsJsonAsync("/api/v1/users", new { name = "anna", role = "viewer", password = Browser.Password }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync("/api/v1/users", new { name = "ANNA", role = "viewer", password = Browser.Password }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/v1/users", new { name = "ben", role = "root", password = Browser.Password }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/v1/users", new { name = "ben", isAdmin = true }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync("/api/v1/users/anna/role", new { role = "operator" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsJsonAsync("/api/v1/users/anna/password", new { password = "another horse battery" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync("/api/v1/users/anna/disable", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync("/api/v1/users/anna/enable", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync("/api/v1/users/anna", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/v1/users/anna", Stop)).StatusCode);

        var entries = await gateway.AuditAsync("user");
        Assert.All(entries, entry => Assert.Equal("key:deploy", entry.Who));
        Assert.Equal(
            ["user.add ok", "user.add refused", "user.add refused", "user.add refused", "user.role ok", "user.password ok", "user.disable ok", "user.enable ok", "user.remove ok", "user.remove refused"],
            entries.Select(entry => $"{entry.Act} {entry.Result}"));
        Assert.Equal("anna, viewer", entries[0].Detail);
        Assert.DoesNotContain(entries, entry => $"{entry}".Contains("horse", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_admin_cannot_be_lost()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var admin = gateway.Client(gateway.NewKey(Role.Admin));
        await gateway.WithUserAsync("anna", Role.Admin);

        Assert.Equal(HttpStatusCode.Conflict, (await admin.DeleteAsync("/api/v1/users/anna", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsync("/api/v1/users/anna/disable", null, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsJsonAsync("/api/v1/users/anna/role", new { role = "viewer" }, Stop)).StatusCode);
        await gateway.WithUserAsync("ben", Role.Admin);
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync("/api/v1/users/anna", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_key_is_shown_once_kept_as_a_hash_and_refused_from_the_moment_it_is_revoked()
    {
        using var data = new TempDirectory();
        await using var gateway = await new CannedGateway { DataPath = data.Path, From = Elsewhere }.StartAsync();
        using var admin = gateway.Client(gateway.NewKey(Role.Admin, "admin"));
        using var made = await admin.PostAsJsonAsync("/api/v1/keys", new { name = "grafana", role = "viewer" }, Stop);
        var text = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("text").GetString()!;
        using var grafana = gateway.Client(text);

        Assert.StartsWith("iotk_", text, StringComparison.Ordinal);
        Assert.Equal("""{"name":"key:grafana","role":"viewer"}""", await grafana.GetStringAsync("/api/v1/me", Stop));
        var listed = await admin.GetStringAsync("/api/v1/keys", Stop);
        Assert.DoesNotContain(text, listed, StringComparison.Ordinal);
        Assert.Contains(text[..11], listed, StringComparison.Ordinal);
        Assert.Contains("\"createdBy\":\"key:admin\"", listed, StringComparison.Ordinal);
        Assert.Contains("\"lastUsed\":", listed, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync("/api/v1/keys/2", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await grafana.GetAsync("/api/v1/me", Stop)).StatusCode);

        foreach (var file in Directory.GetFiles(data.Path, "users.db*")) Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Stop)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)));
        var entries = await gateway.AuditAsync("api-key");
        Assert.Equal(["api-key.create", "api-key.revoke"], entries.Select(entry => entry.Act));
        Assert.DoesNotContain(entries, entry => $"{entry}".Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_ends_at_its_time()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await new CannedGateway { Clock = clock }.StartAsync();
        using var client = gateway.Client(gateway.NewKey(Role.Viewer, until: clock.GetUtcNow().AddHours(1)));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me", Stop)).StatusCode);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me", Stop)).StatusCode);
    }

    [Fact]
    public void Users_keys_and_when_they_were_used_outlive_a_restart()
    {
        using var data = new TempDirectory();
        var text = ApiKey.NewText();
        using (var store = AccessStore.Open(data["users.db"]))
        {
            using var keys = Keys(store);
            new Users(store, TimeProvider.System).Add("anna", Role.Operator, "hash");
            keys.Create(text, "grafana", Role.Viewer, "local", null);
            keys.Use(text);
        }

        using var again = AccessStore.Open(data["users.db"]);
        using var found = Keys(again);
        Assert.Equal(("anna", Role.Operator), (new Users(again, TimeProvider.System).Find("Anna")!.Name, new Users(again, TimeProvider.System).Find("anna")!.Role));
        Assert.NotNull(found.List().Single().LastUsed);
        Assert.Equal("grafana", found.Use(text)?.Name);
    }

    [Fact]
    public void Lines_of_revoked_keys_go_when_there_are_too_many_and_those_that_hold_stay()
    {
        using var data = new TempDirectory();
        using var store = AccessStore.Open(data["users.db"]);
        using var keys = Keys(store);
        var first = keys.Create(ApiKey.NewText(), "first", Role.Viewer, "local", null)!;
        for (var i = 0; i < ApiKeys.Most + 10; i++) keys.Revoke(keys.Create(ApiKey.NewText(), "short-lived", Role.Viewer, "local", null)!.Id);

        Assert.Equal(ApiKeys.Most, keys.List().Count);
        Assert.Equal(first.Id, keys.List()[0].Id);
    }

    [Theory]
    [InlineData("not a database at all, but long enough to be looked at as one", "it is not a SQLite database. Put a copy of it back.")]
    public void A_file_that_cannot_be_used_is_left_as_it_is(string content, string expected)
    {
        using var data = new TempDirectory();
        File.WriteAllText(data["users.db"], content);

        var e = Assert.Throws<AccessException>(() => AccessStore.Open(data["users.db"]));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(data["users.db"]));
    }

    private static ApiKeys Keys(AccessStore store) => new(store, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ApiKeys>.Instance);
}
