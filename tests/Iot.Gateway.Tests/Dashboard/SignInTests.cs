using System.Diagnostics;
using System.Net;
using Iot.Gateway.Dashboard.Access;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Signing in with a name and a password: what guesses meet.</summary>
public sealed class SignInTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress ElsewhereToo = IPAddress.Parse("198.51.100.9");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_signs_in_by_a_name_whose_capitals_make_no_difference_and_sees_who_he_is()
    {
        await using var gateway = await (await new CannedGateway { From = Elsewhere }.StartAsync()).WithUserAsync("Anna", Role.Operator);
        using var browser = new Browser(gateway);

        using var answer = await browser.SignInAsync("anna");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("""{"name":"user:Anna","role":"operator"}""", await browser.TextAsync("/api/v1/me"));
        Assert.Contains("Sign out", await browser.TextAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/users\"", await browser.TextAsync("/"), StringComparison.Ordinal);
        Assert.Equal("user:Anna", Assert.Single(await gateway.AuditAsync("api.sign-in")).Who);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_name_and_a_disabled_user_get_one_answer()
    {
        await using var gateway = await (await (await new CannedGateway().StartAsync()).WithUserAsync("anna", Role.Admin)).WithUserAsync("ben", Role.Viewer);
        gateway.Get<Users>().SetDisabled("ben", true);
        var answers = new List<string>();
        foreach (var (name, password) in new[] { ("anna", "wrong horse battery"), ("nobody", Browser.Password), ("ben", Browser.Password), ("<b>", Browser.Password), ("anna", new string('x', 4000)) })
        {
            using var browser = new Browser(gateway);
            using var answer = await browser.SignInAsync(name, password);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            answers.Add(WithoutTokens(await answer.Content.ReadAsStringAsync(Stop)));
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("Name or password is wrong.", answers[0], StringComparison.Ordinal);
    }

    /// <summary>The same work is done; compared by the fastest of a few, and a quarter would already tell.</summary>
    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        await using var gateway = await (await new CannedGateway().StartAsync()).WithUserAsync("anna", Role.Admin);
        var signIn = gateway.Get<PasswordSignIn>();
        await signIn.TryAsync("warm-up", Browser.Password, IPAddress.Loopback, Stop);

        Assert.InRange(await FastestAsync("nobody") / await FastestAsync("anna"), 0.25, 4);

        async Task<double> FastestAsync(string name)
        {
            var fastest = double.MaxValue;
            for (var i = 0; i < 4; i++)
            {
                var began = Stopwatch.GetTimestamp();
                Assert.Equal(SignInOutcome.Refused, (await signIn.TryAsync(name, "wrong horse battery", IPAddress.Loopback, Stop)).Result);
                fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return fastest;
        }
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("nobody")]
    public async Task After_five_failures_a_name_is_locked_for_a_while_whether_there_is_such_a_user_or_not(string name)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await (await new CannedGateway { Clock = clock }.StartAsync()).WithUserAsync("anna", Role.Admin);
        using var browser = new Browser(gateway);
        for (var i = 0; i < SignInLimit.FreeOfName; i++) await AssertAsync(HttpStatusCode.Unauthorized, "wrong horse battery");

        await AssertAsync(HttpStatusCode.TooManyRequests, Browser.Password); // right, and not looked at
        clock.Advance(TimeSpan.FromSeconds(31));
        await AssertAsync(HttpStatusCode.Unauthorized, "wrong horse battery");
        clock.Advance(TimeSpan.FromSeconds(31));
        await AssertAsync(HttpStatusCode.TooManyRequests, Browser.Password); // twice as long
        clock.Advance(TimeSpan.FromSeconds(30));
        await AssertAsync(name is "anna" ? HttpStatusCode.Redirect : HttpStatusCode.Unauthorized, Browser.Password);

        Assert.Contains("iot_gateway_access_sign_ins_total{result=\"locked_out\"} 2", WithoutScope(await browser.TextAsync("/metrics")), StringComparison.Ordinal);
        Assert.Equal(2, (await gateway.AuditAsync("api.lockout")).Count);

        async Task AssertAsync(HttpStatusCode expected, string password)
        {
            using var answer = await browser.SignInAsync(name, password);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public void An_address_that_fails_with_many_names_is_locked_and_others_are_not()
    {
        var clock = new FakeTimeProvider();
        var limit = new SignInLimit(new(), clock);
        for (var i = 0; i < SignInLimit.FreeOfAddress; i++) Assert.Equal(TimeSpan.Zero, limit.Begin($"name-{i}", Elsewhere));

        Assert.Equal(TimeSpan.FromSeconds(30), limit.Begin("another", Elsewhere));
        Assert.Equal(TimeSpan.Zero, limit.Begin("another", ElsewhereToo));
        for (var i = 0; i < 3 * SignInLimit.FreeOfAddress; i++) Assert.Equal(TimeSpan.Zero, limit.Begin($"proxied-{i}", i % 2 == 0 ? IPAddress.Loopback : IPAddress.IPv6Loopback)); // Limits:TrustedAddresses
    }

    [Fact]
    public void Attempts_at_one_moment_are_no_way_around_it_and_success_forgets_the_failures_of_a_name()
    {
        var limit = new SignInLimit(new(), new FakeTimeProvider());
        for (var i = 0; i < SignInLimit.FreeOfName; i++) Assert.Equal(TimeSpan.Zero, limit.Begin("anna", Elsewhere));
        Assert.NotEqual(TimeSpan.Zero, limit.Begin("ANNA", Elsewhere));

        limit.Succeeded("anna", Elsewhere);
        Assert.Equal(TimeSpan.Zero, limit.Begin("anna", Elsewhere));
    }

    [Fact]
    public void Failures_with_a_name_from_one_network_keep_nobody_out_of_it_elsewhere()
    {
        var limit = new SignInLimit(new(), new FakeTimeProvider());
        for (var i = 0; i < SignInLimit.FreeOfName; i++) limit.Begin("anna", IPAddress.Parse($"2001:db8::{i}"));

        Assert.NotEqual(TimeSpan.Zero, limit.Begin("anna", IPAddress.Parse("2001:db8::ffff"))); // the same /64
        Assert.Equal(TimeSpan.Zero, limit.Begin("anna", ElsewhereToo));
    }

    [Fact]
    public void Guesses_from_everywhere_share_a_budget_and_a_network_that_signed_in_before_needs_none()
    {
        var clock = new FakeTimeProvider();
        var limit = new SignInLimit(new(), clock);
        limit.Begin("anna", Elsewhere);
        limit.Succeeded("anna", Elsewhere);
        for (var i = 0; i < NameBudget.Most; i++) Assert.Equal(TimeSpan.Zero, limit.Begin("anna", new IPAddress(0x0A000000 + i)));

        Assert.Equal(NameBudget.Refill, limit.Begin("ANNA", ElsewhereToo));
        Assert.Equal(TimeSpan.Zero, limit.Begin("ben", ElsewhereToo));
        Assert.Equal(TimeSpan.Zero, limit.Begin("Anna", Elsewhere));
        clock.Advance(NameBudget.Refill);
        Assert.Equal(TimeSpan.Zero, limit.Begin("anna", ElsewhereToo));
        Assert.NotEqual(TimeSpan.Zero, limit.Begin("anna", IPAddress.Parse("198.51.100.10"))); // one at a time
    }

    [Fact]
    public void What_was_not_looked_at_is_no_failure()
    {
        var limit = new SignInLimit(new(), new FakeTimeProvider());
        for (var i = 0; i < 2 * NameBudget.Most; i++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Begin("anna", Elsewhere));
            limit.NotLookedAt("anna", Elsewhere);
        }
    }

    [Fact]
    public async Task Who_is_turned_away_because_too_many_sign_in_is_not_locked_out()
    {
        await using var gateway = await (await new CannedGateway().StartAsync()).WithUserAsync("anna", Role.Admin);
        var signIn = gateway.Get<PasswordSignIn>();
        await signIn.TryAsync("warm-up", Browser.Password, IPAddress.Loopback, Stop);

        var crowd = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => signIn.TryAsync(i < 60 ? $"guess-{i}" : "anna", "wrong horse battery", IPAddress.Loopback, Stop)));

        Assert.All(crowd[60..], one => Assert.Equal(SignInOutcome.Busy, one.Result));
        Assert.Equal(SignInOutcome.Ok, (await signIn.TryAsync("anna", Browser.Password, IPAddress.Loopback, Stop)).Result);
    }

    [Fact]
    public void What_it_remembers_is_bounded()
    {
        var clock = new FakeTimeProvider();
        var limit = new SignInLimit(new(), clock);
        for (var i = 0; i < 11_000; i++) limit.Begin($"name-{i}", new IPAddress(0x0A000000 + i));

        Assert.InRange(limit.Remembered, 1, 10_000);
    }

    [Fact]
    public async Task Guesses_do_not_fill_the_log_and_a_cookie_of_nobody_does_not_speak_at_all()
    {
        await using var gateway = await new CannedGateway { Clock = new FakeTimeProvider(DateTimeOffset.UtcNow), From = Elsewhere }.StartAsync();
        using var browser = new Browser(gateway);
        for (var i = 0; i < SignInLimit.FreeOfAddress + 10; i++)
        {
            using var answer = await browser.PostAsync("/sign-in", "/sign-in", ("key", $"a-wrong-key-{i}"));
            using var page = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            page.Headers.Add("Cookie", $"{browser.Cookies.GetAllCookies().Single().Name}=garbage{i}");
            using var client = gateway.Client();
            using var shown = await client.SendAsync(page, Stop);
            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        }

        Assert.Equal(2, gateway.Log.Containing("A sign-in from").Count()); // refused, locked out
        Assert.Empty(gateway.Log.Containing("Error:"));
    }

    [Fact]
    public async Task The_audit_log_names_users_there_are_and_not_what_else_was_typed_as_a_name()
    {
        await using var gateway = await (await new CannedGateway().StartAsync()).WithUserAsync("anna", Role.Admin);
        using var browser = new Browser(gateway);
        await browser.SignInAsync("anna", "wrong horse battery");
        await browser.SignInAsync("my-secret-password", "");

        var entries = await gateway.AuditAsync("api.sign-in.refused");
        Assert.Equal(["user:anna", null], entries.Select(entry => entry.Who));
        Assert.DoesNotContain(entries, entry => $"{entry}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hash_with_fewer_rounds_is_renewed_at_the_next_sign_in_and_sessions_go_on()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        using var old = new Passwords(100_000);
        var users = gateway.Get<Users>();
        users.Add("anna", Role.Viewer, (await old.HashAsync(Browser.Password, Stop))!);
        var before = users.Find("anna")!;

        using var browser = new Browser(gateway);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync("anna")).StatusCode);

        var after = users.Find("anna")!;
        Assert.NotEqual(before.Password, after.Password);
        Assert.Equal(before.Stamp, after.Stamp);
        Assert.Equal(PasswordVerdict.Right, await gateway.Get<Passwords>().VerifyAsync(after.Password, Browser.Password, Stop));
    }

    [Fact]
    public async Task A_flood_of_guesses_is_turned_away_beyond_those_that_wait()
    {
        using var passwords = new Passwords(Passwords.RoundsForPeople);
        var hash = (await passwords.HashAsync(Browser.Password, Stop))!;
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => passwords.VerifyAsync(hash, "wrong", Stop)));

        Assert.Equal(17, verdicts.Count(verdict => verdict == PasswordVerdict.Wrong));
        Assert.Equal(83, verdicts.Count(verdict => verdict == PasswordVerdict.TooMany));
    }

    private static string WithoutTokens(string html) => System.Text.RegularExpressions.Regex.Replace(html, "CfDJ8[\\w-]+", "", default, TimeSpan.FromSeconds(1));

    private static string WithoutScope(string metrics) => System.Text.RegularExpressions.Regex.Replace(metrics, "otel_scope_\\w+=\"[^\"]*\",", "", default, TimeSpan.FromSeconds(1));
}
