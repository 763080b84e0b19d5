using System.Globalization;
using System.Text.Json;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.Testing;

namespace Iot.LoadTest.Sinks;

/// <summary>A real victoria-metrics, written through the V2 API.</summary>
internal sealed class VictoriaMetricsSink : ILoadSink
{
    private readonly VictoriaMetrics _server;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };

    private VictoriaMetricsSink(VictoriaMetrics server) => _server = server;

    public IReadOnlyList<string> Settings => ["--Sinks:0", "Influx", "--Influx:Url", _server.Url.ToString(), "--Influx:Bucket", "load"];

    public LatencyHistogram Latency { get; } = new();

    public static async Task<VictoriaMetricsSink> StartAsync() => new(await VictoriaMetrics.StartAsync());

    public Task<long> ArrivedAsync(GatewayUnderLoad gateway) => gateway.DeliveredAsync();

    /// <summary>Counted by an instant query that looks back over all generated times.</summary>
    public async Task<long> CountAsync(GatewayUnderLoad gateway)
    {
        using (await _http.GetAsync(new Uri(_server.Url, "internal/force_flush"))) { }

        var at = (PayloadWriter.FirstTimeNs / 1_000_000_000) + (2 * 24 * 3600);
        var query = Uri.EscapeDataString($"sum(count_over_time({{device=~\"{Fleet.Prefix}.*\"}}[3d]))");
        var address = new Uri(_server.Url, string.Create(CultureInfo.InvariantCulture, $"api/v1/query?nocache=1&time={at}&query={query}"));
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(address));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : long.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
