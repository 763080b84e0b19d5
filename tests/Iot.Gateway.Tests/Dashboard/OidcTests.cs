using System.Net;
using Iot.Configuration;
using Iot.Gateway.Dashboard.Access;
using Iot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Signing in by a real OpenID provider: who comes in, as what, and who does not.</summary>
public sealed class OidcTests : IDisposable
{
    private readonly TempDirectory _files = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("operator", "iot-operators")]
    [InlineData("admin", "others", "iot-admins", "iot-operators")]
    [InlineData("viewer", "iot-viewers")]
    public async Task Somebody_whom_the_provider_knows_gets_the_role_that_his_claims_give(string role, params string[] groups)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Groups = groups;
        await using var gateway = await new CannedGateway { Oidc = Options(provider.Url) }.StartAsync();
        using var browser = new Browser(gateway);
        Assert.Contains("Sign in with the works account", await browser.TextAsync("/sign-in"), StringComparison.Ordinal);

        using var answer = await browser.GoAsync("/sign-in/provider");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("url=/", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
        Assert.Equal($$"""{"name":"oidc:anna","role":"{{role}}"}""", await browser.TextAsync("/api/v1/me"));
        using var left = await browser.PostAsync("/", "/sign-out");
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/v1/me"));
        Assert.Equal("oidc:anna", Assert.Single(await gateway.AuditAsync("api.sign-in")).Who);
    }

    [Fact]
    public async Task Somebody_without_a_role_stays_outside_and_is_told_why()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Groups = ["canteen"];
        await using var gateway = await new CannedGateway { Oidc = Options(provider.Url) }.StartAsync();
        using var browser = new Browser(gateway);

        using var answer = await browser.GoAsync("/sign-in/provider");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("none of your roles may come in here", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/v1/me"));
        Assert.Equal(("oidc:anna", "no role"), Assert.Single(await gateway.AuditAsync("api.sign-in.refused")) is var entry ? (entry.Who, entry.Detail) : default);
    }

    [Fact]
    public async Task A_name_of_the_provider_is_shown_as_text()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Name = "<img src=x onerror=alert(1)>";
        await using var gateway = await new CannedGateway { Oidc = Options(provider.Url) }.StartAsync();
        using var browser = new Browser(gateway);

        using var answer = await browser.GoAsync("/sign-in/provider");

        Assert.DoesNotContain("<img src=x", await browser.TextAsync("/"), StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", await browser.TextAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callback_takes_no_answer_that_this_browser_did_not_ask_for()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var gateway = await new CannedGateway { Oidc = Options(provider.Url) }.StartAsync();
        using var victim = new Browser(gateway);
        using var attacker = new Browser(gateway);
        var callback = await attacker.LastStepAsync("/sign-in/provider");

        foreach (var path in new[] { callback, "/sign-in/provider/callback?code=x&state=y", "/sign-in/provider/callback" })
        {
            using var answer = await victim.GoAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await victim.StatusAsync("/api/v1/me"));
    }

    [Fact]
    public async Task A_wrong_secret_or_a_provider_that_is_away_lets_nobody_in_and_users_still_can()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await File.WriteAllTextAsync(_files["wrong"], "another-secret", Stop);
        await using var gateway = await (await new CannedGateway { Oidc = Options(provider.Url) with { ClientSecretFile = _files["wrong"] } }.StartAsync()).WithUserAsync("anna", Role.Viewer);
        using var browser = new Browser(gateway);
        using (var refused = await browser.GoAsync("/sign-in/provider")) Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        await using var alone = await (await new CannedGateway { Oidc = Options(new($"http://127.0.0.1:{FreePort.Next()}")) }.StartAsync()).WithUserAsync("anna", Role.Viewer);
        using var other = new Browser(alone);
        using (var away = await other.GoAsync("/sign-in/provider")) Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        using var signedIn = await other.SignInAsync("anna");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
    }

    [Fact]
    public async Task A_provider_that_sends_the_gateway_elsewhere_is_not_followed()
    {
        await using var elsewhere = await OpenIdProvider.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var provider = builder.Build();
        provider.MapGet("/{**path}", (string path) => Results.Redirect(new Uri(elsewhere.Url, path).ToString()));
        await provider.StartAsync(Stop);
        await using var gateway = await new CannedGateway { Oidc = Options(new(provider.Urls.Single())) }.StartAsync();
        using var browser = new Browser(gateway);

        using var answer = await browser.GoAsync("/sign-in/provider");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Answers_that_strangers_make_up_do_not_fill_the_log()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var gateway = await new CannedGateway { Oidc = Options(provider.Url), Clock = new FakeTimeProvider(DateTimeOffset.UtcNow) }.StartAsync();
        using var client = gateway.Client();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await client.GetAsync($"/sign-in/provider/callback?error=x%0A2026-01-01T00:00:00Z&error_description={new string('y', 4000)}", Stop);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Empty(gateway.Log.Containing("Error:")); // of the library
        var line = Assert.Single(gateway.Log.Containing("2209 Warning:"));
        Assert.InRange(line.Length, 1, 1000);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_way_to_it()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = "a-key-of-some-length" } }.StartAsync();
        using var browser = new Browser(gateway);

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/sign-in/provider"));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/sign-in/provider/callback"));
    }

    [Theory]
    [InlineData("http://sso.example", "gateway", "a", "https://")]
    [InlineData("https://sso.example", "", "a", "ClientId is missing")]
    [InlineData("https://sso.example", "gateway", "", "nobody could come in")]
    [InlineData(null, "gateway", "a", "without Authority")]
    public void Settings_that_let_nobody_in_or_anybody_listen_are_refused(string? authority, string clientId, string viewers, string expected) => Assert.Contains(
        expected,
        new SettingsValidator<OidcOptions>(OidcOptions.Section).Validate(null, new() { Authority = authority is null ? null : new(authority), ClientId = clientId, Viewers = viewers }).FailureMessage,
        StringComparison.Ordinal);

    private OidcOptions Options(Uri provider)
    {
        File.WriteAllText(_files["secret"], OpenIdProvider.Secret + "\n");
        return new()
        {
            Authority = provider, ClientId = OpenIdProvider.ClientId, ClientSecretFile = _files["secret"], RoleClaim = "groups", DisplayName = "the works account",
            Admins = "iot-admins", Operators = "iot-operators", Viewers = "iot-viewers, guests",
        };
    }
}
