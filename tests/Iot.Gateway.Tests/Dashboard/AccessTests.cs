using System.Net;
using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.Gateway.Tests.Dashboard;

public class AccessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;
    private const string Key = "a-key-of-some-length";
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Fact]
    public async Task Without_a_key_this_machine_may_call_and_no_other()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices"));
        gateway.From = Elsewhere;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/api/v1/devices"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/"));
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("x-original-uri", "/")]
    public async Task A_foreign_name_or_a_proxy_is_not_this_machine(string header, string value)
    {
        await using var gateway = await new CannedGateway().StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/api/v1/devices", header: (header, value)));
    }

    [Fact]
    public async Task A_proxy_that_speaks_as_old_as_HTTP_1_0_is_not_this_machine()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/devices") { Version = HttpVersion.Version10, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task While_nobody_has_set_up_sign_in_log_and_page_say_who_is_an_admin()
    {
        await using var open = await new CannedGateway().StartAsync();
        await using var closed = await new CannedGateway { Http = new() { ApiKey = Key } }.StartAsync();
        using var keyHolder = closed.Client(Key);

        Assert.Single(open.Log.Containing("through a tunnel or a proxy"));
        Assert.Contains("Nobody has set up sign-in", await open.Client().GetStringAsync("/", Stop), StringComparison.Ordinal);
        Assert.Empty(closed.Log.Containing("through a tunnel or a proxy"));
        Assert.DoesNotContain("Nobody has set up sign-in", await keyHolder.GetStringAsync("/", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_key_everybody_must_show_it()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key } }.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/api/v1/devices"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/api/v1/devices", Key + "x"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices", Key));
        gateway.From = Elsewhere;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices", Key));
    }

    [Fact]
    public async Task The_key_may_come_from_a_file()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["key"], Key + "\n", Stop);
        await using var gateway = await new CannedGateway { Http = new() { ApiKeyFile = directory["key"] } }.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/api/v1/devices"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices", Key));
    }

    [Fact]
    public async Task AllowAnonymous_lets_strangers_read_and_change_nothing()
    {
        await using var gateway = await new CannedGateway { Http = new() { AllowAnonymous = true, ApiKey = Key }, From = Elsewhere }.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices"));
        using var stranger = gateway.Client();
        using var keyHolder = gateway.Client(Key);
        using var refused = await stranger.DeleteAsync("/api/v1/replays/Embedded", Stop);
        using var started = await stranger.PostAsync("/api/v1/nothing", Form(""), Stop);
        using var allowed = await keyHolder.PostAsync("/api/v1/nothing", Form(""), Stop);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.NotFound),
            (refused.StatusCode, started.StatusCode, allowed.StatusCode));
    }

    [Fact]
    public async Task AllowAnonymous_opens_everything_and_the_page_says_so()
    {
        await using var gateway = await new CannedGateway { Http = new() { AllowAnonymous = true }, From = Elsewhere }.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices"));
        Assert.Contains("Open to everybody", await gateway.Client().GetStringAsync("/", Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null, HttpStatusCode.Unauthorized)]
    [InlineData(false, "cross-site", HttpStatusCode.Unauthorized)]
    [InlineData(false, "same-origin", HttpStatusCode.OK)]
    [InlineData(false, null, HttpStatusCode.OK)]
    public async Task What_changes_something_needs_a_key_or_a_caller_of_this_machine_that_is_no_foreign_page(bool fromElsewhere, string? fetchSite, HttpStatusCode expected)
    {
        await using var gateway = await new CannedGateway { Http = new() { AllowAnonymous = true }, From = fromElsewhere ? Elsewhere : null }.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/dead-letters/discard");
        if (fetchSite is not null) request.Headers.Add("Sec-Fetch-Site", fetchSite);

        using var answer = await gateway.Client().SendAsync(request, Stop);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Health_and_metrics_are_open_and_nothing_else_is()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key }, From = Elsewhere }.StartAsync();

        foreach (var open in new[] { "/health/live", "/health/ready", "/metrics", "/sign-in", "/setup", "/dashboard/dashboard.css" })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, open));
        foreach (var closed in new[] { "/api/v1/live", "/api/v1/openapi.json", "/api/v1/readings", "/api/nothing", "/nothing" })
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, closed));
    }

    [Fact]
    public async Task A_browser_signs_in_with_a_key_once_and_has_a_session()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key }, From = Elsewhere }.StartAsync();
        using var browser = new Browser(gateway);

        using var refused = await browser.PostAsync("/sign-in", "/sign-in", ("key", "wrong"));
        using var accepted = await browser.PostAsync("/sign-in", "/sign-in", ("key", Key));
        var cookie = Assert.Single(accepted.Headers.GetValues("Set-Cookie"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, accepted.StatusCode);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/api/v1/devices", header: ("Cookie", cookie.Split(';')[0])));
    }

    [Fact]
    public async Task A_browser_without_a_session_is_shown_the_way_in()
    {
        await using var gateway = await new CannedGateway { Http = new() { ApiKey = Key }, From = Elsewhere }.StartAsync();

        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(gateway, "/", header: ("Accept", "text/html")));
    }

    [Fact]
    public async Task Every_answer_forbids_what_a_page_of_ours_never_needs()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var page = await gateway.Client().GetAsync("/", Stop);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        var html = await page.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal); // nothing from anywhere else
    }

    [Fact]
    public async Task Only_files_are_kept_below_the_path_of_a_build_whatever_is_asked_there()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var page = await gateway.Client().GetAsync("/", Stop);
        var build = Regex.Match(await page.Content.ReadAsStringAsync(Stop), "/build/[0-9a-f]+/", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;

        using var answer = await gateway.Client().GetAsync($"{build}api/v1/devices", Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    private static FormUrlEncodedContent Form(string key) => new([new("key", key)]);

    private static async Task<HttpStatusCode> StatusAsync(CannedGateway gateway, string path, string? key = null, (string Name, string Value)? header = null)
    {
        using var client = gateway.Client(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is { } extra) request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        return answer.StatusCode;
    }
}
