using System.Globalization;
using System.Text.RegularExpressions;
using Iot.EndToEnd.Tests.Load;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Tests.Dashboard;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>The page of dead letters over a real gateway: what was refused, why, how to put it right, and what becomes of it.</summary>
public sealed class DeadLettersPageTests(Chromium chromium)
{
    private const string Schema = """{"type":"pump","devices":["pump-*"],"metrics":{"temperature":{"unit":"Cel","max":60}}}""";
    private const string Script = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";

    [Fact]
    public async Task A_refused_reading_is_seen_the_schema_mended_tried_requeued_and_stored()
    {
        await using var gateway = await GatewayProcess.StartAsync(("pump.json", Schema));
        await using var window = await chromium.OpenAsync(1440, 1000, ColorScheme.Light);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}dead-letters");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window["#letters-none"]).ToHaveTextAsync("Nothing was refused.");
        await window.ScreenshotAsync("dead-letters-empty");

        await PublishAsync(gateway, "pump-7", """[{"bn":"","epoch":"000000000000feed","seq":1,"n":"temperature","u":"Cel","v":21.5},{"n":"temperature","u":"Cel","v":71.25}]""");
        await Expect(window["#news"]).ToHaveTextAsync("1 new");
        await Expect(window["#letters tr"]).ToHaveCountAsync(0);
        await window["#news"].ClickAsync();
        await Expect(window["#letters a"]).ToBeFocusedAsync();
        await window.Page.Keyboard.PressAsync("Enter");

        await Expect(window["#letter-title"]).ToHaveTextAsync("Letter 1: Above maximum");
        await Expect(window["#letter-now"]).ToHaveTextAsync("The schema of now refuses it: above maximum.");
        await Expect(window["#letter-fix"]).ToContainTextAsync("metrics.temperature.max = 60");
        await Expect(window["#letter-fix"]).ToContainTextAsync("pump.json");
        await Expect(window["#message-readings tr.chosen-row"]).ToContainTextAsync("71.25");
        await Expect(window["#message-readings tr"].First).ToContainTextAsync("accepted");
        await Expect(window["#bytes"]).ToContainTextAsync("\"v\":71.25");
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("dead-letters-refused");

        await window["#try"].ClickAsync();
        await Expect(window["#letter-outcome"]).ToContainTextAsync("It would not be taken.");
        await SchemaAsync(gateway, """{"type":"pump","devices":["pump-*"],"metrics":{"temperature":{"unit":"Cel","max":"many"}}}""");
        await Expect(window["#letter-now"]).ToContainTextAsync("A schema file is broken");
        await SchemaAsync(gateway, Schema.Replace("60", "90", StringComparison.Ordinal));
        await Expect(window["#letter-now"]).ToHaveTextAsync(new Regex("^The schema has changed to pump@[0-9a-f]{8}\\. The schema of now accepts it\\.$", RegexOptions.None, TimeSpan.FromSeconds(1)));

        await window["#try"].ClickAsync();
        await Expect(window["#letter-outcome"]).ToHaveTextAsync("It would be taken. Accepted. Nothing was changed.");
        Assert.Equal(1, (await Books.OfAsync(gateway, "pump-7"))!.Rejected);
        await window["#requeue"].ClickAsync();
        await Expect(window["#letter-outcome"]).ToContainTextAsync("Requeued: it is on its way to the sinks.");
        await Expect(window["#letter-state"]).ToHaveTextAsync("requeued");

        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 2, Rejected: 0 } books && books.Sinks[0].Stored == 2, "both readings are stored and the books balance");
        await window.Page.ReloadAsync();
        await Expect(window["#letter-title"]).ToHaveTextAsync("Letter 1: Above maximum");
        await Expect(window["#letter-acts"]).ToBeHiddenAsync();
        Assert.Empty(window.Errors);
    }

    [Theory]
    [InlineData("dead-letters-desktop-dark", 1440, 900, ColorScheme.Dark)]
    [InlineData("dead-letters-phone-light", 390, 844, ColorScheme.Light)]
    public async Task Reasons_are_filters_and_a_letter_shows_its_bytes_on_every_screen(string name, int width, int height, ColorScheme colours)
    {
        await using var gateway = await WithManyAsync();
        await using var window = await chromium.OpenAsync(width, height, colours);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}dead-letters");

        await Expect(window["#reasons button"]).ToHaveTextAsync(["All 152", "Above maximum 150", "Malformed 1", "Wrong unit 1"]);
        await Expect(window["#letters tr"]).ToHaveCountAsync(100);
        await window["#older"].ClickAsync();
        await Expect(window["#letters tr"]).ToHaveCountAsync(152);
        await window.ScreenshotAsync(name);
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();

        await window["#reasons button"].Filter(new() { HasText = "Malformed" }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#letters tr"]).ToHaveCountAsync(1);
        await window.Row("#letters", "van-1").Locator("a").FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window["#letter-now"]).ToHaveTextAsync("It cannot be read: malformed at byte 1.");
        await Expect(window["#bytes mark"]).ToHaveTextAsync("\u2407");
        await window["#bytes-as label"].Nth(1).ClickAsync();
        await Expect(window["#bytes"]).ToContainTextAsync("5b 07 6e 6f");
        Assert.Contains("reason=malformed&id=", window.Page.Url, StringComparison.Ordinal);
        await window.IsNoWiderThanItsScreenAsync();
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync(name + "-letter");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task All_that_a_filter_means_is_tried_requeued_or_discarded()
    {
        await using var gateway = await WithManyAsync();
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}dead-letters?reason=above_maximum");
        await Expect(window["#letters-count"]).ToHaveTextAsync("150 wait");
        await window["#try-all"].ClickAsync();
        await Expect(window["#work-text"]).ToHaveTextAsync("Tried: 150. Nothing was changed.");
        await Expect(window["#work-results"]).ToContainTextAsync("150 The schema pump@");
        await window.ScreenshotAsync("dead-letters-tried");

        await window["#letters a"].First.ClickAsync();
        await SchemaAsync(gateway, Schema.Replace("60", "1000", StringComparison.Ordinal));
        await Expect(window["#letter-now"]).ToContainTextAsync("The schema of now accepts it.");
        await window["#try-all"].ClickAsync();
        await Expect(window["#work-results"]).ToHaveTextAsync("150 accepted, and on their way to the sinks");
        await window["#requeue-all"].ClickAsync();
        await Expect(window["#work-text"]).ToHaveTextAsync("Gone through: 150.");
        await Expect(window["#letters-none"]).ToHaveTextAsync("No dead letter is like that. Choose another filter.");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 150, Rejected: 0 } books && books.Sinks[0].Stored == 150, "all of them are stored");

        await window["#which button"].ClickAsync();
        await Expect(window["#letters tr"]).ToHaveCountAsync(2);
        await window["#discard-all"].ClickAsync();
        await Expect(window["#sure-title"]).ToHaveTextAsync("Discard 2 dead letters?");
        await window["#sure button[value=no]"].ClickAsync();
        await Expect(window["#letters tr"]).ToHaveCountAsync(2);
        await window["#discard-all"].ClickAsync();
        await window["#sure button[value=yes]"].ClickAsync();
        await Expect(window["#letters-none"]).ToHaveTextAsync("Nothing was refused.");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task What_strangers_wrote_is_text()
    {
        await using var gateway = await GatewayProcess.StartAsync(("pump.json", Schema));
        await PublishAsync(gateway, "pump-7", Script);
        await PublishAsync(gateway, "pump-7", System.Text.Json.JsonSerializer.Serialize(new object[] { new { n = Script, vs = Script, u = Script }, new { n = "temperature", u = Script, v = 5 } }));
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("api/v1/dead-letters")).GetProperty("deadLetters").GetArrayLength() >= 2, "both are collected");
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);

        foreach (var id in new[] { 1, 2 })
        {
            await window.Page.GotoAsync($"{gateway.Http.BaseAddress}dead-letters?id={id}");
            await Expect(window["#bytes"]).ToContainTextAsync("document.title");
            Assert.Equal(0, await window["main img, main script, main svg"].CountAsync());
            Assert.StartsWith("Dead letters", await window.Page.TitleAsync());
        }

        await Expect(window["#message-readings"]).ToContainTextAsync("\"");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_viewer_is_told_in_words_that_these_pages_are_not_his()
    {
        await using var gateway = await new CannedGateway().StartAsync();
        await gateway.WithUserAsync("vera", Role.Viewer);
        await using var window = await chromium.OpenAsync(390, 844, ColorScheme.Dark);
        await window.Page.GotoAsync(gateway.Url + "sign-in");
        await window["#name"].FillAsync("vera");
        await window["#password"].FillAsync(Browser.Password);
        await window["main form button"].First.ClickAsync();
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await Expect(window[".pages"]).Not.ToContainTextAsync("Dead letters");

        var answer = await window.Page.GotoAsync(gateway.Url + "dead-letters");

        Assert.Equal(403, answer!.Status);
        await Expect(window["h1"]).ToHaveTextAsync("Not for this account");
        await Expect(window["main"]).ToContainTextAsync("operator");
        await window.IsAccessibleAsync();
        await window.ScreenshotAsync("forbidden-phone-dark");
    }

    /// <summary>152 letters of three reasons.</summary>
    private static async Task<GatewayProcess> WithManyAsync()
    {
        var gateway = await GatewayProcess.StartAsync(("pump.json", Schema));
        var many = string.Join(',', Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"n":"temperature","v":{{70 + i}},"t":{{1_700_000_000 + i}}}""")));
        await PublishAsync(gateway, "pump-7", $"[{many}]");
        await PublishAsync(gateway, "pump-8", """[{"n":"temperature","u":"Fahr","v":50}]""");
        await PublishAsync(gateway, "van-1", "[\u0007no senml");
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("api/v1/dead-letters?limit=1000")).GetProperty("deadLetters").GetArrayLength() == 152, "all are collected");
        return gateway;
    }

    private static async Task PublishAsync(GatewayProcess gateway, string device, string payload)
    {
        var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-q", "1", "-t", $"v1/devices/{device}/telemetry", "-m", payload]);
        Assert.True(exitCode == 0, output);
    }

    private static Task SchemaAsync(GatewayProcess gateway, string json) =>
        File.WriteAllTextAsync(Path.Combine(gateway.SchemasPath, "pump.json"), json);
}
