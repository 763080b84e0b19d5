using System.Globalization;
using Iot.EndToEnd.Tests.Dashboard;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Guide;

/// <summary>What the guide for analysts calls by name is called so on the pages; its pictures are made on the way (docs/images/README.md).</summary>
public sealed class GuidePagesTests(Chromium chromium)
{
    private const string Schema = """{"type":"pump","devices":["pump-*"],"metrics":{"temperature":{"unit":"Cel","min":-20,"max":60},"humidity":{"unit":"%RH"}}}""";

    private static readonly string Guide = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "analysts.md"));

    [Fact]
    public async Task The_page_of_a_device_shows_values_history_and_every_gap()
    {
        await using var gateway = await GuideFleet.Make().StartAsync();
        GuideFleet.Register(gateway, "pump-7");
        await using var window = await OpenAsync(gateway.Url, "devices");
        await Expect(window["#list-scroll th"].GetByText(Named("Clock"))).ToBeVisibleAsync();
        await window["#list"].GetByText("pump-7").ClickAsync();
        await Expect(window["#values tr"]).ToHaveCountAsync(2);
        await window["#ranges label"].Filter(new() { HasText = "24 h" }).ClickAsync();
        await window.Row("#values", "temperature").Locator("input").CheckAsync();
        await Expect(window["#legend li"]).ToHaveCountAsync(2);
        await Expect(window["#gap-note"]).ToContainTextAsync("held by the device");
        await PictureAsync(window, "device", from: ".device-head", to: "section:has(#chart)");

        await window.Row("#values", "humidity").Locator("input").UncheckAsync();
        await window["#ranges label"].Filter(new() { HasText = "7 d" }).ClickAsync();
        await Expect(window["#gap-band .gap"]).ToHaveCountAsync(3);
        await Expect(window["#ledger-gaps li"]).ToHaveCountAsync(3);
        await Expect(window["#ledger-title"]).ToHaveTextAsync(Named("Ledger", "**"));
        await PictureAsync(window, "gaps", from: "section:has(#chart)", to: "section:has(#ledger)");

        await window.Page.GotoAsync(gateway.Url + "devices/pump-8");
        await Expect(window["#ledger-verdict"]).ToHaveTextAsync(Named("nothing is missing"));
        await window.Page.GotoAsync(gateway.Url + "users");
        await Expect(window.Page.GetByText(Named("Create a key"))).ToBeVisibleAsync();
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Explore_shows_a_week_and_compares_it_with_the_one_before()
    {
        await using var gateway = await GuideFleet.Make().StartAsync();
        await using var window = await OpenAsync(gateway.Url, "explore?series=pump-7/climate/temperature/&series=pump-8/climate/temperature/");
        await Expect(window["nav a[aria-current]"]).ToHaveTextAsync(Named("Explore", "**"));
        await window["#ranges label"].GetByText(Named("7 d")).ClickAsync();
        await ShownAsync(window, curves: 2);
        await Expect(window["#take h3"].GetByText(Named("As a query"))).ToBeVisibleAsync();
        await Expect(window["#copy-query"]).ToHaveTextAsync(Named("Copy"));
        await PictureAsync(window, "explore", from: "section:has(#chips)", to: "section:has(#chart)");

        await window["#chips button"].Last.ClickAsync();
        await window.Page.GetByLabel(Named("Compare")).SelectOptionAsync(new SelectOptionValue { Label = Named("a week earlier") });
        await ShownAsync(window, curves: 2);
        await PictureAsync(window, "compare", from: "section:has(#chart)", to: "section:has(#chart)");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_refused_reading_is_shown_with_its_reason_and_the_line_that_refuses_it()
    {
        await using var gateway = await GatewayProcess.StartAsync(("pump.json", Schema));
        await PublishAsync(gateway, "pump-8", """[{"n":"temperature","u":"Fahr","v":43.7}]""");
        await PublishAsync(gateway, "pump-7", """[{"n":"humidity","u":"%RH","v":68.5},{"n":"temperature","u":"Cel","v":6.25},{"n":"temperature","u":"Cel","v":71.25,"t":-60}]""");
        await Eventually.TrueAsync(async () => (await gateway.GetAsync("api/v1/dead-letters")).GetProperty("deadLetters").GetArrayLength() == 2, "both are kept");
        await using var window = await OpenAsync(gateway.Http.BaseAddress!, "dead-letters");
        await Expect(window["nav a[aria-current]"]).ToHaveTextAsync(Named("Dead letters", "**"));

        await window["#letters a"].First.ClickAsync();

        await Expect(window["#letter-fix"]).ToContainTextAsync("metrics.temperature.max = 60");
        await Expect(window["#message-readings tr"]).ToHaveCountAsync(3);
        await window.Page.EvaluateAsync(
            "from => document.querySelectorAll('#letter *').forEach(one => one.childNodes.forEach(node => { if (node.nodeType === 3) node.data = node.data.replace(from, '/etc/iot-gateway/schemas'); }))",
            gateway.SchemasPath); // no temporary directory in a picture
        await PictureAsync(window, "dead-letters", from: "section:has(#letters-title)", to: "#letter");
        Assert.Empty(window.Errors);
    }

    private async Task<Window> OpenAsync(Uri gateway, string path)
    {
        var window = await chromium.OpenAsync(1200, 900, ColorScheme.Light);
        await window.Page.GotoAsync(gateway + path);
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        return window;
    }

    private static async Task ShownAsync(Window window, int curves)
    {
        await Expect(window["#chart"]).ToHaveAttributeAsync("data-curves", curves.ToString(CultureInfo.InvariantCulture));
        await Expect(window["#figures tr"]).ToHaveCountAsync(2);
        await Expect(window["#busy"]).ToHaveTextAsync("");
    }

    /// <returns>The words, which the guide must have, in such marks.</returns>
    private static string Named(string words, string marks = "*")
    {
        Assert.Contains($"{marks}{words}{marks}", Guide, StringComparison.Ordinal);
        return words;
    }

    /// <summary>From the top of one panel to the end of another.</summary>
    private static async Task PictureAsync(Window window, string name, string from, string to)
    {
        await window.Page.Mouse.MoveAsync(0, 0);
        await window.Page.EvaluateAsync("scrollTo(0, 0)");
        var (first, last) = ((await window[from].BoundingBoxAsync())!, (await window[to].BoundingBoxAsync())!);
        await window.Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(RepositoryRoot.Path, "artifacts", "screens", $"guide-{name}.png"),
            FullPage = true,
            Clip = new() { X = 0, Y = first.Y - 12, Width = 1200, Height = last.Y + last.Height - first.Y + 24 },
        });
    }

    private static async Task PublishAsync(GatewayProcess gateway, string device, string payload)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, $"v1/devices/{device}/telemetry", payload, "-q", "1");
        Assert.True(exitCode == 0, output);
    }
}
