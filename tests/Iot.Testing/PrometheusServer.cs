using System.Globalization;
using System.Text.Json;

namespace Iot.Testing;

/// <summary>A real prometheus (Debian) on 127.0.0.1 with data of its own; it scrapes one gateway and judges its rules every two seconds.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly RealProcess _process;
    private readonly TempDirectory _directory;
    private readonly HttpClient _http;

    private PrometheusServer(RealProcess process, TempDirectory directory, Uri url) =>
        (_process, _directory, _http) = (process, directory, new() { BaseAddress = url });

    /// <param name="target">Asked for <c>/metrics</c>, as the job <c>iot-gateway</c>.</param>
    /// <param name="rules">Path of rule files; may hold a <c>*</c>.</param>
    public static async Task<PrometheusServer> StartAsync(Uri target, string rules)
    {
        var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["prometheus.yml"], $"""
            global: {"{ scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s }"}
            rule_files: ['{rules}']
            scrape_configs:
              - job_name: iot-gateway
                static_configs: [{"{"} targets: ['{target.Authority}'] {"}"}]
            """);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort.Next()}");
        var process = RealProcess.Start("prometheus",
            [$"--config.file={directory["prometheus.yml"]}", $"--storage.tsdb.path={directory["data"]}", $"--web.listen-address={address}", "--log.level=warn"]);
        var server = new PrometheusServer(process, directory, new($"http://{address}/"));
        await Eventually.AnswersAsync(new($"http://{address}/-/ready"));
        return server;
    }

    /// <summary>The samples of an instant query, as of now.</summary>
    /// <exception cref="InvalidOperationException">Prometheus does not take the query; it says why.</exception>
    public async Task<IReadOnlyList<PrometheusSample>> QueryAsync(string expression) =>
        [.. (await GetAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}")).GetProperty("result").EnumerateArray().Select(PrometheusSample.Of)];

    /// <summary>Every rule that it has loaded, as it tells them: name, query, labels, annotations.</summary>
    public async Task<IReadOnlyList<JsonElement>> RulesAsync() =>
        [.. (await GetAsync("api/v1/rules")).GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        if (document.RootElement.TryGetProperty("error", out var error)) throw new InvalidOperationException($"{path}: {error.GetString()}");

        return document.RootElement.GetProperty("data").Clone();
    }
}

/// <summary>One sample of an answer.</summary>
public sealed record PrometheusSample(IReadOnlyDictionary<string, string> Labels, double Value)
{
    internal static PrometheusSample Of(JsonElement json) => new(
        json.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
        json.GetProperty("value")[1].GetString() switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number!, CultureInfo.InvariantCulture),
        });
}
