using System.Net;
using System.Net.Http.Json;
using Iot.Gateway.Dashboard.Access;
using Iot.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>The first admin: whoever can read the gateway's files makes him, once.</summary>
public sealed class SetupTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_code_makes_one_admin_signs_him_in_and_is_gone()
    {
        using var data = new TempDirectory();
        await using var gateway = await new CannedGateway { DataPath = data.Path, From = Elsewhere }.StartAsync();
        var code = (await File.ReadAllTextAsync(data["setup-code"], Stop)).Trim();
        using var browser = new Browser(gateway);

        using var made = await browser.PostAsync("/setup", "/setup", ("code", code.ToLowerInvariant()), ("name", "anna"), ("password", Browser.Password));
        using var again = await new Browser(gateway).PostAsync("/setup", "/setup", ("code", code), ("name", "mallory"), ("password", Browser.Password));
        using var byApi = await gateway.Client().PostAsJsonAsync("/api/v1/setup", new { code, name = "mallory", password = Browser.Password }, Stop);

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (made.StatusCode, again.StatusCode, byApi.StatusCode));
        Assert.Equal("""{"name":"user:anna","role":"admin"}""", await browser.TextAsync("/api/v1/me"));
        Assert.Equal(["anna"], gateway.Get<Users>().List().Select(user => user.Name));
        Assert.False(File.Exists(data["setup-code"]));
        Assert.Equal(["api.setup", "api.setup.refused", "api.setup.refused"], (await gateway.AuditAsync("api.setup")).Select(entry => entry.Act));
    }

    [Fact]
    public async Task Of_many_that_show_the_code_at_once_one_makes_an_admin()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var code = (await File.ReadAllTextAsync(Path.Combine(gateway.DataPath, "setup-code"), Stop)).Trim();
        using var client = gateway.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => client.PostAsJsonAsync("/api/v1/setup", new { code, name = $"admin-{i}", password = Browser.Password }, Stop)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Single(gateway.Get<Users>().List());
    }

    [Fact]
    public async Task Each_start_makes_a_new_code_until_there_is_an_admin()
    {
        using var data = new TempDirectory();
        var codes = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var gateway = await new CannedGateway { DataPath = data.Path }.StartAsync();
            codes.Add(await File.ReadAllTextAsync(data["setup-code"], Stop));
            if (start == 1) Assert.False(gateway.Get<SetupCode>().Matches(codes[0]));
            if (start == 1) await gateway.WithUserAsync("anna", Role.Admin);
        }

        Assert.Equal(2, codes.Distinct().Count());
        Assert.False(File.Exists(data["setup-code"])); // made by another way
        await using var last = await new CannedGateway { DataPath = data.Path }.StartAsync();
        Assert.False(File.Exists(data["setup-code"]));
    }

    [Fact]
    public async Task There_is_no_code_where_a_key_or_the_provider_makes_admins_already()
    {
        await using var byKey = await new CannedGateway { Http = new() { ApiKey = "a-key-of-some-length" } }.StartAsync();
        await using var byProvider = await new CannedGateway { Oidc = new() { Authority = new("https://sso.example"), ClientId = "gateway", Admins = "iot-admins" } }.StartAsync();
        await using var viewersOnly = await new CannedGateway { Oidc = new() { Authority = new("https://sso.example"), ClientId = "gateway", Viewers = "*" } }.StartAsync();

        Assert.Equal((false, false, true), (byKey.Get<SetupCode>().IsOpen, byProvider.Get<SetupCode>().IsOpen, viewersOnly.Get<SetupCode>().IsOpen));
        Assert.False(File.Exists(Path.Combine(byKey.DataPath, "setup-code")));
    }

    [Fact]
    public async Task The_first_key_of_an_admin_ends_the_code_and_others_do_not()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        gateway.NewKey(Role.Operator);
        Assert.True(gateway.Get<SetupCode>().IsOpen);

        gateway.NewKey(Role.Admin);

        Assert.False(gateway.Get<SetupCode>().IsOpen);
        Assert.False(File.Exists(Path.Combine(gateway.DataPath, "setup-code")));
    }

    [Fact]
    public async Task Guesses_of_the_code_from_an_address_are_locked_out()
    {
        await using var gateway = await new CannedGateway { From = Elsewhere }.StartAsync();
        using var client = gateway.Client();
        HttpStatusCode last = default;
        for (var i = 0; i <= SignInLimit.FreeOfAddress; i++)
        {
            using var answer = await client.PostAsJsonAsync("/api/v1/setup", new { code = $"GUESS-{i}", name = "mallory", password = Browser.Password }, Stop);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Theory]
    [InlineData("a<b", Browser.Password, "name")]
    [InlineData("anna", "short", "password")]
    [InlineData("anna", "annaannaanna", "password")]
    [InlineData("anna", "aaaaaaaaaaaaaaaa", "password")]
    public async Task What_cannot_be_used_is_named_without_repeating_the_password(string name, string password, string parameter)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var code = (await File.ReadAllTextAsync(Path.Combine(gateway.DataPath, "setup-code"), Stop)).Trim();

        using var answer = await gateway.Client().PostAsJsonAsync("/api/v1/setup", new { code, name, password }, Stop);

        var said = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"parameter\":\"{parameter}\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain(password, said, StringComparison.Ordinal);
    }
}
