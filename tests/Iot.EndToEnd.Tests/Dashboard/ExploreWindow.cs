using System.Globalization;
using System.Text.RegularExpressions;
using Iot.Gateway.Tests.Dashboard;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>What tests do with the explore page.</summary>
internal static partial class ExploreWindow
{
    public static async Task OpenAsync(this Window window, CannedGateway gateway, string query)
    {
        await window.Page.GotoAsync($"{gateway.Url}explore?{query}");
        await Expect(window["#connection"]).ToHaveTextAsync("live");
        await window.ShownAsync();
    }

    /// <summary>Curves and figures stand, and nothing is under way.</summary>
    public static async Task ShownAsync(this Window window)
    {
        await Expect(window["#busy"]).ToHaveTextAsync("");
        await Expect(window["#chart canvas"]).ToBeVisibleAsync();
        await Expect(window["#chart-note"]).ToBeHiddenAsync();
    }

    public static async Task DragAsync(this Window window, float from, float to)
    {
        await window["#chart"].ScrollIntoViewIfNeededAsync();
        var box = (await window["#chart"].BoundingBoxAsync())!;
        await window.Page.Mouse.MoveAsync(box.X + (box.Width * from), box.Y + (box.Height / 2));
        await window.Page.Mouse.DownAsync();
        await window.Page.Mouse.MoveAsync(box.X + (box.Width * to), box.Y + (box.Height / 2), new() { Steps = 4 });
        await window.Page.Mouse.UpAsync();
    }

    /// <summary>Looks at the address again and again: WaitForURLAsync can miss a change that comes just as it begins to wait.</summary>
    public static Task ZoomedAsync(this Window window) => Expect(window.Page).ToHaveURLAsync(ZoomPattern());

    [GeneratedRegex("zoom=", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ZoomPattern();

    public static async Task<int> PointsAsync(this Window window) => int.Parse((await window["#chart"].GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    public static async Task PictureAsync(this Window window, string name)
    {
        await window.Page.EvaluateAsync("scrollTo(0, 0)");
        await window.ScreenshotAsync(name);
    }

    public static Task<string> TextAsync(this Window window, string selector) => window.Page.EvalOnSelectorAsync<string>(selector, "one => one.value ?? one.innerText");
}
