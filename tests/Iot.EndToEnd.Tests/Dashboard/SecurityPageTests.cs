using Iot.Gateway.Audit;
using Iot.Gateway.Detection;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of security events in a real browser.</summary>
public class SecurityPageTests(Chromium chromium)
{
    private const string Script = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    [Fact]
    public async Task Empty_it_says_what_is_watched()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "security");

        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#open-none"]).ToContainTextAsync("certificates that are used from two networks at once");
        await Expect(window["#open-none li"]).ToHaveCountAsync(Enum.GetValues<SecurityEventKind>().Length);
        await Expect(window["#refusals-none"]).ToBeVisibleAsync();
        await window.ScreenshotAsync("security-empty");
        Assert.Empty(window.Errors);
    }

    [Theory]
    [InlineData("security-desktop", 1440, 900, ColorScheme.Light)]
    [InlineData("security-phone-dark", 390, 844, ColorScheme.Dark)]
    public async Task What_needs_attention_first_stands_first_and_appears_without_a_reload(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var events = gateway.Get<SecurityEvents>();
        events.Raise(new(SecurityEventKind.CertificateShared, "pump-7", "certificate 0123456789abcdef at 192.0.2.7 and 198.51.100.9: connected from both for more than 5 min", "one network at a time") { Device = "pump-7", Address = "192.0.2.7" });
        events.Raise(new(SecurityEventKind.UnusualValue, "press-1", "draw = 85, 60 deviations away", "about 20, from 19 to 21") { Device = "press-1" });
        await using var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync(gateway.Url + "security");
        await Expect(window["#open-list .event"]).ToHaveCountAsync(2);

        gateway.Get<AuditTrail>().Report(new(AuditAct.PublishRefused, "intruder", "192.0.2.9:4711", "v1/devices/pump-7/telemetry", AuditResult.Refused, "foreign_topic"));
        events.Raise(new(SecurityEventKind.CredentialGuessing, "192.0.2.9", "10 refused keys", "fewer than 10 in 5 min") { Address = "192.0.2.9", Count = 10 });

        await Expect(window["#open-list .event strong"]).ToHaveTextAsync(["Certificate used from two places", "Credentials are guessed", "Unusual value"]);
        await Expect(window["#open-list .event"].First.Locator("a")).ToHaveAttributeAsync("href", "/devices/pump-7");
        await Expect(window.Row("#refusals", "intruder")).ToContainTextAsync("foreign_topic");
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Names_that_strangers_chose_are_text()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        gateway.Get<SecurityEvents>().Raise(new(SecurityEventKind.ForeignTopics, Script, $"3 times, the last {Script} (publish)", Script) { Client = Script, Address = "<b>192.0.2.9" });
        gateway.Get<AuditTrail>().Report(new(AuditAct.PublishRefused, Script, "192.0.2.9:4711", Script, AuditResult.Refused, Script));
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        await window.Page.GotoAsync(gateway.Url + "security");

        await Expect(window["#open-list .subject"]).ToHaveTextAsync($"{Script} from <b>192.0.2.9");
        await Expect(window["#refusals tr"]).ToHaveCountAsync(1);
        await Expect(window["#refusals td"].Nth(2)).ToHaveTextAsync(Script);
        Assert.Equal(0, await window["main img, main script, main b"].CountAsync());
        Assert.StartsWith("Security", await window.Page.TitleAsync());
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task The_overview_hints_at_what_is_open_and_leads_there()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url.ToString());
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#attention-none"]).ToBeHiddenAsync();

        gateway.Get<SecurityEvents>().Raise(new(SecurityEventKind.ClockJump, "van-07", "moved", "at once") { Device = "van-07" });

        await Expect(window["#attention a[href='/security']"]).ToHaveTextAsync("One security event is open: look at what was seen.");
        await window["#attention a[href='/security']"].ClickAsync();
        await Expect(window["#open-list .event strong"]).ToHaveTextAsync(["Clock jumped"]);
        Assert.Empty(window.Errors);
    }
}
