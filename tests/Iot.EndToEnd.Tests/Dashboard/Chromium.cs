using Deque.AxeCore.Playwright;
using Iot.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Iot.EndToEnd.Tests.Dashboard.Chromium))]

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>Debian's Chromium, one for all tests; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(30_000); // a machine may be busy
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run",
            ],
        });
    }

    /// <summary>A fresh browser window that notes every error of the page.</summary>
    public async Task<Window> OpenAsync(int width, int height, ColorScheme colours)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = colours,
            IgnoreHTTPSErrors = true, // a gateway of a test has a CA of its own
            TimezoneId = "Europe/Berlin",
        });
        return new(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    internal Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(30_000);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(isBad: true, error);
        page.RequestFinished += (_, request) => Note(new Uri(request.Url).Host is not "127.0.0.1", $"It asked {request.Url}.");
    }

    public IPage Page { get; }

    /// <summary>What the console said, exceptions, and requests to anywhere else.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors) return [.. _errors];
        }
    }

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>The row of a table's body that shows this text.</summary>
    public ILocator Row(string body, string text) => Page.Locator(body + " tr").Filter(new() { HasText = text });

    public async Task IsNoWiderThanItsScreenAsync() =>
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");

    /// <summary>Nothing that axe-core calls serious or critical: contrast, labels, roles, order of headings.</summary>
    public async Task IsAccessibleAsync()
    {
        var found = await Page.RunAxe();
        Assert.NotEmpty(found.Passes); // it has looked
        var violations = found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html + " " + string.Join(", ", node.Any.Select(check => check.Message))))}").ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    /// <summary>Kept under artifacts/screens, to be looked at.</summary>
    public Task ScreenshotAsync(string name) => Page.ScreenshotAsync(new()
    {
        Path = Path.Combine(RepositoryRoot.Path, "artifacts", "screens", name + ".png"),
        FullPage = true,
    });

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Note(bool isBad, string text)
    {
        if (!isBad) return;

        lock (_errors) _errors.Add(text);
    }
}
