#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Net;
using Iot.Gateway.Dashboard.Access;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>A session holds while its user does, and changes nothing without a token of our pages.</summary>
public sealed class SessionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, false)]
    [InlineData("CfDJ8not-a-token", false)]
    [InlineData("of the page", true)]
    public async Task A_form_is_taken_with_the_token_of_our_page_only(string? token, bool isTaken)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var admin = await Browser.SignedInAsync(gateway, "anna", Role.Admin);
        await gateway.WithUserAsync("ben", Role.Viewer);

        using var answer = await admin.SendAsync("/users/ben/disable", token is "of the page" ? await admin.TokenAsync("/users") : token, []);

        Assert.Equal(isTaken ? HttpStatusCode.Redirect : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(isTaken, gateway.Get<Users>().Find("ben")!.IsDisabled);
        if (!isTaken) Assert.Equal("user:anna", Assert.Single(await gateway.AuditAsync("api.forgery.refused")).Who);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Forbidden)]
    [InlineData(true, HttpStatusCode.NotFound)]
    public async Task A_call_of_the_api_that_changes_something_by_a_cookie_needs_the_header(bool withToken, HttpStatusCode expected)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var admin = await Browser.SignedInAsync(gateway, "anna", Role.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/users/nobody");
        if (withToken) request.Headers.Add("X-Csrf-Token", await admin.TokenAsync("/"));

        using var answer = await admin.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_token_of_one_session_is_worth_nothing_in_another()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var admin = await Browser.SignedInAsync(gateway, "anna", Role.Admin);
        using var thief = await Browser.SignedInAsync(gateway, "mallory", Role.Viewer);

        using var answer = await admin.SendAsync("/users/mallory/role", await thief.TokenAsync("/"), [("role", "admin")]);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(Role.Viewer, gateway.Get<Users>().Find("mallory")!.Role);
    }

    [Fact]
    public async Task A_foreign_page_cannot_sign_a_browser_in()
    {
        await using var gateway = await (await new CannedGateway().StartAsync()).WithUserAsync("anna", Role.Viewer);
        using var browser = new Browser(gateway);

        using var answer = await browser.SendAsync("/sign-in", null, [("name", "anna"), ("password", Browser.Password)]);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_foreign_page_cannot_use_that_this_machine_needs_no_credentials_yet()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var browser = new Browser(gateway);
        (string, string)[] fields = [("name", "mallory"), ("role", "admin"), ("password", Browser.Password)];

        using var forged = await browser.SendAsync("/users", null, fields); // a browser too old for Sec-Fetch-Site
        using var ours = await browser.PostAsync("/users", "/users", fields);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Redirect), (forged.StatusCode, ours.StatusCode));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("role")]
    [InlineData("password")]
    [InlineData("remove")]
    [InlineData("remove and add")]
    public async Task A_session_ends_at_once_when_its_user_changes(string change)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var browser = await Browser.SignedInAsync(gateway, "anna", Role.Operator);
        Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync("/api/v1/me"));

        var users = gateway.Get<Users>();
        var hash = users.Find("anna")!.Password;
        Assert.Equal(UserRefusal.None, change switch
        {
            "disable" => users.SetDisabled("anna", true),
            "role" => users.SetRole("anna", Role.Viewer),
            "password" => users.SetPassword("anna", hash),
            _ => users.Remove("anna"),
        });
        if (change is "remove and add") await gateway.WithUserAsync("anna", Role.Operator);
        gateway.NewKey(Role.Viewer); // somebody has credentials, so nobody is let in for sitting here

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/v1/me"));
    }

    [Fact]
    public async Task A_live_stream_ends_with_the_session_or_key_that_opened_it()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var browser = await Browser.SignedInAsync(gateway, "anna", Role.Viewer);
        using var client = gateway.Client(gateway.NewKey(Role.Viewer));
        using var ofSession = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live");
        using var bySession = await browser.SendAsync(ofSession);
        await using var byKey = await client.GetStreamAsync("/api/v1/live", Stop);
        await using var session = await bySession.Content.ReadAsStreamAsync(Stop);
        await session.ReadExactlyAsync(new byte[8], Stop);
        await byKey.ReadExactlyAsync(new byte[8], Stop);

        gateway.Get<Users>().SetDisabled("anna", true);
        gateway.Get<ApiKeys>().Revoke(1);

        await session.CopyToAsync(Stream.Null, Stop); // to the end
        await byKey.CopyToAsync(Stream.Null, Stop);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_copies_of_its_cookie_too_and_after_a_restart()
    {
        using var data = new TempDirectory();
        string cookie;
        await using (var gateway = await new CannedGateway { DataPath = data.Path }.StartAsync())
        {
            using var browser = await Browser.SignedInAsync(gateway, "anna", Role.Viewer);
            cookie = browser.SessionCookie;
            Assert.Equal(HttpStatusCode.OK, await StatusWithAsync(gateway, cookie));

            using var answer = await browser.PostAsync("/", "/sign-out");
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusWithAsync(gateway, cookie));
        }

        await using var again = await new CannedGateway { DataPath = data.Path }.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWithAsync(again, cookie));
    }

    [Fact]
    public async Task A_session_goes_on_after_a_restart_with_keys_that_only_the_gateway_reads()
    {
        using var data = new TempDirectory();
        string cookie;
        await using (var gateway = await new CannedGateway { DataPath = data.Path }.StartAsync())
        {
            using var browser = await Browser.SignedInAsync(gateway, "anna", Role.Viewer);
            cookie = browser.SessionCookie;
        }

        await using var again = await new CannedGateway { DataPath = data.Path }.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusWithAsync(again, cookie));
        Assert.Equal("700", Mode(data["protection-keys"]));
        Assert.All(Directory.GetFiles(data["protection-keys"]), file => Assert.Equal("600", Mode(file)));
        foreach (var file in new[] { "users.db", "users.db-wal", "local.key", "setup-code" }) Assert.Equal("600", Mode(data[file]));
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_at_last_in_any_case()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await new CannedGateway { Clock = clock }.StartAsync();
        using var browser = await Browser.SignedInAsync(gateway, "anna", Role.Viewer);

        for (var used = TimeSpan.Zero; used < TimeSpan.FromDays(7) - TimeSpan.FromHours(6); used += TimeSpan.FromHours(6))
        {
            clock.Advance(TimeSpan.FromHours(6));
            Assert.Equal(HttpStatusCode.OK, await browser.StatusAsync("/api/v1/me"));
        }

        clock.Advance(TimeSpan.FromHours(6));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/v1/me"));

        using var idle = new Browser(gateway);
        using var signedIn = await idle.SignInAsync("anna");
        clock.Advance(Session.IdleLimit + TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await idle.StatusAsync("/api/v1/me"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "iot-gateway-session", "SameAsRequest")]
    [InlineData("https://gateway.example", "__Host-iot-gateway-session", "Always")]
    public void Under_https_the_cookie_is_bound_to_host_and_tls(string url, string name, string secure)
    {
        var options = new Gateway.Dashboard.HttpOptions { Url = new(url) };

        Assert.Equal((name, secure), (Cookies.SessionName(options), Cookies.Secure(options).ToString()));
    }

    [Fact]
    public async Task A_session_by_a_key_ends_with_the_key()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var key = gateway.NewKey(Role.Operator);
        using var browser = new Browser(gateway);
        using var signedIn = await browser.PostAsync("/sign-in", "/sign-in", ("key", key));
        Assert.Contains("\"key:test\"", await browser.TextAsync("/api/v1/me"), StringComparison.Ordinal);

        gateway.Get<ApiKeys>().Revoke(1);

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.StatusAsync("/api/v1/me"));
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static async Task<HttpStatusCode> StatusWithAsync(CannedGateway gateway, string cookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
        request.Headers.Add("Cookie", cookie);
        using var answer = await client.SendAsync(request, Stop);
        return answer.StatusCode;
    }
}
