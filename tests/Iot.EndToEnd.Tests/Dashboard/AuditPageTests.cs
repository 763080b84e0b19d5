using Iot.Gateway.Audit;
using Iot.Gateway.Tests.Dashboard;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of the audit log, for admins.</summary>
public sealed class AuditPageTests(Chromium chromium)
{
    private const string Script = "<img src=x onerror=\"document.title='owned'\">";

    [Theory]
    [InlineData("audit-desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("audit-phone-light", 390, 844, ColorScheme.Light)]
    public async Task Who_did_what_is_found_paged_exported_and_verified(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await new CannedGateway().StartAsync();
        var trail = gateway.Get<AuditTrail>();
        for (var i = 0; i < 130; i++)
            await trail.WriteAsync(new(AuditAct.ReplayStart, i == 7 ? Script : "user:olga", "192.0.2.9:4711", "POST /api/v1/replays", i % 10 == 0 ? AuditResult.Refused : AuditResult.Ok, "to Embedded"), TestContext.Current.CancellationToken);
        await using var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync(gateway.Url + "security");
        await window["#refusals-title + span a"].ClickAsync();

        await Expect(window["#entries tr"]).ToHaveCountAsync(100);
        await window["#older"].ClickAsync();
        await Expect(window.Row("#entries", Script)).ToHaveCountAsync(1);
        await window["select[name=result]"].SelectOptionAsync("refused");
        await window["input[name=kind]"].FillAsync("replay");
        await window.Page.Keyboard.PressAsync("Tab");
        await Expect(window["#entries tr"]).ToHaveCountAsync(13);
        Assert.Contains("kind=replay&result=refused", window.Page.Url, StringComparison.Ordinal);
        await window["input[name=subject]"].FillAsync("nobody");
        await window.Page.Keyboard.PressAsync("Tab");
        await Expect(window["#entries-none"]).ToHaveTextAsync("No entry is like that. Choose another filter.");
        await window["#which button"].ClickAsync();
        await Expect(window["#entries tr"]).ToHaveCountAsync(100);

        await window["#verify"].ClickAsync();
        await Expect(window["#verdict"]).ToContainTextAsync("Intact: ");
        var export = await window.Page.RunAndWaitForDownloadAsync(() => window["#export"].ClickAsync());
        Assert.Contains("\"act\":\"replay.start\"", await File.ReadAllTextAsync(await export.PathAsync(), TestContext.Current.CancellationToken));
        Assert.Equal(0, await window["main img"].CountAsync());
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_line_that_was_changed_is_named()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await gateway.Get<AuditTrail>().WriteAsync(new(AuditAct.ReplayStart, "user:olga", Detail: "to Embedded"), TestContext.Current.CancellationToken);
        var log = Directory.GetFiles(gateway.Get<AuditReader>().Directory, "audit-*.jsonl").Single();
        await File.WriteAllTextAsync(log, (await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)).Replace("olga", "emil", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway.Url + "audit");

        await window["#verify"].ClickAsync();

        await Expect(window["#verdict"]).ToContainTextAsync("Not as it was written.");
        await Expect(window["#verdict"]).ToContainTextAsync("do not match its hash: it was changed");
        Assert.Empty(window.Errors);
    }
}
