using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>From a question to a number that is the same everywhere: what a device sent, the store, the chart, the table, the files and the copied query.</summary>
public sealed class ExploreJourneyTests(Chromium chromium) : IDisposable
{
    private const int Readings = 200;
    private readonly TempDirectory _directory = new();

    /// <summary>What was sent, as the rows of every answer are written here: device, field, nanoseconds, shortest exact number.</summary>
    private readonly List<string> _sent = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_number_is_the_same_to_the_last_digit_in_chart_table_files_and_queries()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await SendAsync(gateway);
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Light);
        await window.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}explore?series=pump-7/pumping/flow/&series=pump-8/pumping/flow/&series=pump-7/pumping/temp/&range=1h");
        await Expect(window["#figures tr"]).ToHaveCountAsync(3);
        await window["#picker summary"].ClickAsync();
        await Expect(window["#results li"]).ToHaveCountAsync(7); // both fields of all devices, five series

        // The chart, reading by reading from the newest one backwards.
        await window["#chart"].FocusAsync();
        var flow = _sent.Where(row => row.StartsWith("pump-7|flow|", StringComparison.Ordinal)).Reverse().Take(5).ToList();
        foreach (var row in flow)
        {
            await window.Page.Keyboard.PressAsync("ArrowLeft");
            await Expect(window["#hover strong"].First).ToHaveTextAsync(row.Split('|')[3]);
        }

        await Expect(window["#figures tr"].First.Locator("td").Nth(0)).ToHaveTextAsync(Readings.ToString(CultureInfo.InvariantCulture));
        await Expect(window["#figures tr"].First.Locator("td").Nth(4)).ToHaveTextAsync(flow[0].Split('|')[3]);

        // Three series of four that are stored: no one question means exactly these, so there are two parts.
        Assert.Equal(Wanted(), await CsvAsync(window));
        Assert.Equal(Wanted(), await ParquetAsync(window));
        Assert.Equal(Wanted(), await SqlAsync(window, gateway));

        // The greatest of each minute.
        await window["#every"].SelectOptionAsync("1m");
        await window["#aggregate"].SelectOptionAsync("max");
        await Expect(window["#take-what"]).ToHaveTextAsync("max of each 1 min");
        var minutes = await CsvAsync(window);
        Assert.InRange(minutes.Count, 10, Readings);
        Assert.Equal(Maxima(), minutes);
        Assert.Equal(minutes, await ParquetAsync(window));
        Assert.Equal(minutes, await SqlAsync(window, gateway));
        await window.PictureAsync("explore-journey");
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_query_is_copied_in_each_language_and_marked_where_it_cannot_be()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await SendAsync(gateway);
        await using var window = await chromium.OpenAsync(1440, 900, ColorScheme.Dark);
        await window.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await window.Page.GotoAsync($"{gateway.Http.BaseAddress}explore?series=pump-7/pumping/flow/&range=1h");

        foreach (var (language, begins) in new[] { ("influxql", "SELECT \""), ("flux", "from\\(bucket: "), ("sql", "SELECT time") })
        {
            await window[$"#languages label:has([value={language}])"].ClickAsync();
            await Expect(window["#query"]).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^" + begins, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
            await CopiesAsync(window, "#copy-query", await window["#query"].InputValueAsync());
            await Expect(window["#copied"]).ToHaveTextAsync("Copied");
        }

        await CopiesAsync(window, "#copy-link", window.Page.Url);
        await Expect(window["#link-copied"]).ToHaveTextAsync("Copied");

        await window.Page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })"); // as on http of another machine
        await CopiesAsync(window, "#copy-query", await window["#query"].InputValueAsync());

        await window.Page.EvaluateAsync("document.execCommand = () => false");
        await window["#copy-query"].ClickAsync();
        await Expect(window["#copied"]).ToHaveTextAsync("Marked: press Ctrl+C");
        Assert.Equal(await window["#query"].InputValueAsync(), await window.Page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.Empty(window.Errors);
    }

    /// <summary>Pressed again when another window has put something else there meanwhile: the clipboard is the browser's.</summary>
    private static Task CopiesAsync(Window window, string button, string text) => Eventually.TrueAsync(
        async () =>
        {
            await window[button].ClickAsync();
            return text.Equals(await window.Page.EvaluateAsync<string>("Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard').get.call(navigator).readText()"), StringComparison.Ordinal);
        },
        $"{button} copies {text}");

    /// <summary>Two devices, two fields each and a text; numbers with as many digits as there are, a gap of two minutes.</summary>
    private async Task SendAsync(GatewayProcess gateway)
    {
        var newest = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60) * 1_000_000_000;
        foreach (var (device, seed) in new[] { ("pump-7", 7), ("pump-8", 8) })
        {
            var random = new Random(seed);
            var lines = new StringBuilder();
            for (var i = Readings; i > 0; i--)
            {
                var time = newest - (i * 5_000_000_000L) - (i > 100 ? 120_000_000_000L : 0) + 123_456;
                foreach (var field in new[] { "flow", "temp" })
                {
                    var value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 6));
                    lines.Append(CultureInfo.InvariantCulture, $"pumping {field}={value} {time}\n");
                    _sent.Add(Row(device, field, time, value));
                }
            }

            if (seed == 7) lines.Append(CultureInfo.InvariantCulture, $"pumping note=\"checked\" {newest}\n");
            var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-V", "311", "-q", "1", "-t", $"v1/devices/{device}/telemetry/line", "-m", lines.ToString()]);
            Assert.True(exitCode == 0, output);
        }

        await Eventually.TrueAsync(async () => (await Books.AllAsync(gateway)).Sum(books => books.Sinks[0].Stored) == (4 * Readings) + 1, "all is stored");
    }

    private static string Row(string device, string field, long time, double value) => FormattableString.Invariant($"{device}|{field}|{time}|{value}");

    private IReadOnlyList<string> Wanted() => [.. _sent.Where(row => !row.StartsWith("pump-8|temp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private IReadOnlyList<string> Maxima() => [.. Wanted().Select(row => row.Split('|'))
        .GroupBy(row => (Device: row[0], Field: row[1], Minute: long.Parse(row[2], CultureInfo.InvariantCulture) / 60_000_000_000 * 60_000_000_000))
        .Select(bucket => Row(bucket.Key.Device, bucket.Key.Field, bucket.Key.Minute, bucket.Max(row => double.Parse(row[3], CultureInfo.InvariantCulture)))).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> CsvAsync(Window window)
    {
        var rows = new List<string>();
        foreach (var path in await FilesAsync(window, "csv"))
        {
            var lines = await File.ReadAllLinesAsync(path);
            Assert.Equal("time,device,measurement,field,tags,value,unit", lines[0]);
            rows.AddRange(lines[1..].Select(line => line.Split(',')).Select(cells => $"{cells[1]}|{cells[3]}|{Nanoseconds(cells[0])}|{cells[5]}"));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<string>> ParquetAsync(Window window)
    {
        await using var duckdb = new DuckDBConnection("DataSource=:memory:");
        await duckdb.OpenAsync();
        var rows = new List<string>();
        foreach (var path in await FilesAsync(window, "parquet"))
        {
            await using var command = duckdb.CreateCommand();
            command.CommandText = $"SELECT device, field, time_ns, value FROM '{path}'";
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) rows.Add(Row(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDouble(3)));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<string>> SqlAsync(Window window, GatewayProcess gateway)
    {
        await Expect(window["#copy-query"]).ToBeEnabledAsync();
        await window["#copy-query"].ClickAsync();
        var text = await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        var rows = new List<string>();
        foreach (var statement in text.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var answer = await gateway.GetAsync($"api/v1/sql?format=json&query={Uri.EscapeDataString(statement)}");
            rows.AddRange(answer.EnumerateArray().Select(row => Row(
                row.GetProperty("device").GetString()!, row.GetProperty("field").GetString()!, row.GetProperty("time_ns").GetInt64(), row.GetProperty("value").GetDouble())));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<string>> FilesAsync(Window window, string format)
    {
        var links = await window[$"#files a[data-format={format}]"].AllAsync();
        var paths = new List<string>();
        foreach (var link in links)
        {
            var download = await window.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            var path = _directory[$"{Guid.CreateVersion7():N}.{format}"];
            await download.SaveAsAsync(path);
            paths.Add(path);
        }

        return paths;
    }

    private static long Nanoseconds(string time)
    {
        var whole = DateTimeOffset.ParseExact(time[..19] + "Z", "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        var fraction = time[19..].Trim('.', 'Z');
        return (whole * 1_000_000_000) + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture));
    }
}
