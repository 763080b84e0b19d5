using System.Globalization;
using System.Text.Json;

namespace Iot.Testing;

/// <summary>A real victoria-metrics (Debian) on 127.0.0.1 with data of its own, equal points counted once.</summary>
public sealed class VictoriaMetrics : IAsyncDisposable
{
    private readonly RealProcess _process;
    private readonly TempDirectory _directory;
    private readonly HttpClient _http = new();

    private VictoriaMetrics(RealProcess process, TempDirectory directory, int port)
    {
        _process = process;
        _directory = directory;
        Url = new($"http://127.0.0.1:{port}/");
    }

    public Uri Url { get; }

    public static async Task<VictoriaMetrics> StartAsync()
    {
        var directory = new TempDirectory();
        var port = FreePort.Next();
        var process = RealProcess.Start("victoria-metrics",
        [
            $"-httpListenAddr=127.0.0.1:{port}", $"-storageDataPath={directory.Path}",
            "-dedup.minScrapeInterval=1ms", "-retentionPeriod=100y", "-loggerLevel=WARN",
        ]);
        var server = new VictoriaMetrics(process, directory, port);
        await Eventually.AnswersAsync(new Uri(server.Url, "health"));
        return server;
    }

    /// <summary>Every stored point of the series that match a selector such as <c>{device="pump-7"}</c>.</summary>
    public async Task<IReadOnlyList<StoredSeries>> ExportAsync(string selector)
    {
        using (await _http.GetAsync(new Uri(Url, "internal/force_flush"))) { }

        var text = await _http.GetStringAsync(new Uri(Url, $"api/v1/export?reduce_mem_usage=1&match[]={Uri.EscapeDataString(selector)}"));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(StoredSeries.Parse)];
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }
}

/// <summary>One series as victoria-metrics exports it; times in milliseconds since 1970.</summary>
public sealed record StoredSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double> Values, IReadOnlyList<long> TimesMs)
{
    public static StoredSeries Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new(
            root.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
            [.. root.GetProperty("values").EnumerateArray().Select(Number)],
            [.. root.GetProperty("timestamps").EnumerateArray().Select(time => time.GetInt64())]);
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
