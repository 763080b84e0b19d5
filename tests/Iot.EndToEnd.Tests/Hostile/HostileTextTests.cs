using Iot.EndToEnd.Tests.Dashboard;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>Names, units and values that are pieces of a page, from a real device through a real gateway into a real browser: they are shown as text.</summary>
public sealed class HostileTextTests(Chromium chromium)
{
    private const string Measurement = "<img src=x onerror=alert(1)>";
    private const string Field = "<script>alert(2)</script>";
    private const string Tag = "\"><svg onload=alert(3)>";
    private const string Unit = "</td><script>alert(4)</script>";
    private const string Value = "javascript:alert(5)//<iframe srcdoc='<script>parent.alert(6)</script>'>";

    [Fact]
    public async Task What_a_device_says_is_shown_and_never_run()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, "telemetry/line", $"{Escaped(Measurement)},place={Escaped(Tag)} {Escaped(Field)}=1.5,text=\"{Value}\"");
        await PublishAsync(gateway, "telemetry", $$"""[{"n":"plain","u":"{{Unit}}","v":2.5}]""");
        await PublishAsync(gateway, "telemetry", $"<script>alert(7)</script>{Value}");
        await PublishAsync(gateway, "status", $$"""{"state":"online","agent":"{{Field}}","{{Measurement}}":"{{Value}}"}""", "-r");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: >= 2 } books && books.Sinks[0].Pending == 0, "the readings are stored");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var dialogs = new List<string>();
        window.Page.Dialog += (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            _ = dialog.DismissAsync();
        };

        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}devices/pump-7");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        var before = await ForeignElementsAsync(window.Page);
        await PublishAsync(gateway, "telemetry/line", $"{Escaped(Measurement)},place={Escaped(Tag)} {Escaped(Field)}=3.5,text=\"{Value}\"");
        await Expect(window["#values"]).ToContainTextAsync(Field);
        await Expect(window["#values"]).ToContainTextAsync("3.5");
        await window["#values tr"].Filter(new() { HasText = Field }).First.ClickAsync();
        await Expect(window["#legend"]).ToContainTextAsync(Field);
        await Expect(window["#facts"]).ToContainTextAsync(Field);
        await Expect(window["#status"]).ToContainTextAsync(Measurement);
        await window.ScreenshotAsync("hostile-text");

        Assert.Empty(dialogs);
        Assert.Equal(before, await ForeignElementsAsync(window.Page));
        Assert.Equal(0, before);
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task What_a_device_says_is_text_on_the_explore_page_too()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, "telemetry/line", $"{Escaped(Measurement)},place={Escaped(Tag)} {Escaped(Field)}=1.5,text=\"{Value}\"");
        await PublishAsync(gateway, "telemetry", $$"""[{"n":"plain","u":"{{Unit}}","v":2.5}]""");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: >= 3 } books && books.Sinks[0].Pending == 0, "the readings are stored");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var dialogs = new List<string>();
        window.Page.Dialog += (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            _ = dialog.DismissAsync();
        };

        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}explore");
        await Expect(window["#results li"]).ToHaveCountAsync(3);
        for (var i = 0; i < 3; i++) await window["#results input"].Nth(i).CheckAsync();
        await Expect(window["#figures tr"]).ToHaveCountAsync(3);
        await window["#chart"].FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowLeft");

        foreach (var part in new[] { "#chips", "#results", "#figures" })
        {
            await Expect(window[part]).ToContainTextAsync(Field);
            await Expect(window[part]).ToContainTextAsync(Measurement.Replace("=", "\\=", StringComparison.Ordinal)); // a measurement's = needs no escape, so this one is its own
        }

        await Expect(window["#figures"]).ToContainTextAsync(Value);
        await Expect(window["#figures"]).ToContainTextAsync(Unit);
        await Expect(window["#hover"]).ToContainTextAsync("2.5");
        await window.PictureAsync("hostile-explore");
        Assert.Empty(dialogs);
        Assert.Equal(0, await ForeignElementsAsync(window.Page));
        await window.Page.ReloadAsync(); // the address holds the names, too
        await Expect(window["#figures tr"]).ToHaveCountAsync(3);
        Assert.Empty(dialogs);
        Assert.Equal(0, await ForeignElementsAsync(window.Page));
        Assert.Empty(window.Errors);
    }

    [Theory]
    [InlineData("api/v1/series")]
    [InlineData("api/v1/readings")]
    [InlineData("api/v1/dead-letters")]
    [InlineData("api/v1/dead-letters/1")]
    [InlineData("api/v1/registry")]
    [InlineData("api/v1/fleet")]
    [InlineData("api/v1/audit")]
    [InlineData("api/v1/readings?device=%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    public async Task An_answer_of_the_API_that_is_opened_as_a_page_runs_nothing(string path)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, "telemetry/line", $"{Escaped(Measurement)},place={Escaped(Tag)} {Escaped(Field)}=1.5,text=\"{Value}\"");
        await PublishAsync(gateway, "telemetry", $"<script>alert(7)</script>{Value}");
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", "fan-1", "--site", Tag, "--tag", $"line={Measurement}")).ExitCode);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Rejected: > 0 } books && books.Sinks[0].Pending == 0, "all is stored or refused");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        var dialogs = new List<string>();
        window.Page.Dialog += (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            _ = dialog.DismissAsync();
        };

        var answer = await window.Page.GotoAsync(gateway.Http.BaseAddress + path);

        Assert.Equal("nosniff", (await answer!.AllHeadersAsync())["x-content-type-options"]);
        Assert.Equal(0, await ForeignElementsAsync(window.Page));
        Assert.Empty(dialogs);
    }

    /// <summary>Elements that no page of ours has, and attributes that would run something.</summary>
    private static Task<int> ForeignElementsAsync(IPage page) => page.EvaluateAsync<int>(
        "[...document.querySelectorAll('img:not([src$=\"/dashboard/icon.svg\"]), iframe, object, embed, script:not([src]):not([type=\"application/json\"])')].length + "
        + "[...document.querySelectorAll('*')].filter(one => [...one.attributes].some(attribute => /^on/i.test(attribute.name) || (/^(href|src|action|formaction|data|srcdoc)$/i.test(attribute.name) && /^\\s*javascript:/i.test(attribute.value)))).length");

    private static async Task PublishAsync(GatewayProcess gateway, string kind, string payload, params string[] more)
    {
        var (exitCode, output) = await RealProcess.RunAsync(
            "mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-V", "311", "-q", "1", "-t", $"v1/devices/pump-7/{kind}", "-m", payload, .. more]);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>As line protocol wants names.</summary>
    private static string Escaped(string text) => text.Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
}
