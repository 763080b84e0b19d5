using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>What a first visit of each page brings over the wire, and that the next ones bring no file again.</summary>
public class PageWeightTests(Chromium chromium)
{
    private const int Most = 500_000;

    /// <summary>Pages without a chart do without the library that draws them.</summary>
    private const int MostWithoutChart = 50_000;

    [Fact]
    public async Task The_first_visit_is_light_and_later_ones_fetch_no_file_again()
    {
        await using var gateway = await SmallFleet.Make().StartAsync();
        foreach (var (path, most) in new[]
        {
            ("", MostWithoutChart), ("devices", MostWithoutChart), ("devices/cold-store-2", Most), ("explore", Most), ("sql", MostWithoutChart),
            ("dead-letters", MostWithoutChart), ("sinks", MostWithoutChart), ("security", MostWithoutChart), ("audit", MostWithoutChart),
        })
        {
            await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
            var first = await VisitAsync(window, gateway.Url + path);
            var second = await VisitAsync(window, gateway.Url + path);

            Assert.True(first.Sum(file => file.Bytes) is > 5_000 and var bytes && bytes <= most, $"/{path}: {first.Sum(file => file.Bytes)} bytes: {string.Join(", ", first)}");
            Assert.Contains(first, file => file.Path.StartsWith("/build/", StringComparison.Ordinal));
            Assert.DoesNotContain(second, file => file.Path.StartsWith("/build/", StringComparison.Ordinal) && file.Bytes > 0);
        }
    }

    /// <summary>Everything that came over the wire, without the live connection, which never ends.</summary>
    private static async Task<IReadOnlyCollection<(string Path, int Bytes)>> VisitAsync(Window window, string url)
    {
        var requests = new ConcurrentQueue<IRequest>();
        void Finished(object? _, IRequest request) => requests.Enqueue(request);
        window.Page.RequestFinished += Finished;
        await window.Page.GotoAsync(url, new() { WaitUntil = WaitUntilState.Load });
        if (await window["#connection"].CountAsync() > 0) await Expect(window["#connection"]).ToHaveTextAsync("live");
        window.Page.RequestFinished -= Finished;

        var files = new List<(string, int)>();
        foreach (var request in requests) files.Add((new Uri(request.Url).AbsolutePath, (await request.SizesAsync()).ResponseBodySize));
        return files;
    }
}
