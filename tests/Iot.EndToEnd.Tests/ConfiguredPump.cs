using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A device with a configuration file of its own, and what a test asks about it.</summary>
internal sealed class ConfiguredPump : IDisposable
{
    public const string Device = "pump-7";

    private readonly TempDirectory _files = new();

    public string File => _files["site.json"];

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal) { ["CONFIGURATION_DIRECTORY"] = _files.Path };

    public AgentProcess Agent(GatewayProcess gateway, params string[] settings) => new(
        Device, gateway.MqttPort, ["--Batching:MaxAge", "00:00:00.100", .. settings]) { Environment = Environment };

    public async Task<AgentProcess> StartedAsync(GatewayProcess gateway, params string[] settings)
    {
        string[] trial = settings.Contains("--Remote:TrialTime") ? [] : ["--Remote:TrialTime", "00:00:08"];
        var agent = Agent(gateway, ["--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", .. trial, .. settings]);
        agent.Start();
        await ArrivesAsync(gateway);
        return agent;
    }

    public Task WriteAsync(string json) => System.IO.File.WriteAllTextAsync(File, json);

    public static async Task HangUpAsync(AgentProcess agent) =>
        await RealProcess.RunAsync("kill", ["-HUP", agent.Process.Id.ToString(CultureInfo.InvariantCulture)]);

    public static async Task SetAsync(GatewayProcess gateway, string settings)
    {
        using var body = new StringContent(settings, System.Text.Encoding.UTF8, "application/json");
        using var answer = await gateway.Http.PutAsync(new Uri($"api/v1/devices/{Device}/config", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<JsonElement> ReachesAsync(GatewayProcess gateway, long version, string state)
    {
        JsonElement config = default;
        await Eventually.TrueAsync(
            async () =>
            {
                config = await gateway.GetAsync($"api/v1/devices/{Device}/config");
                return config.GetProperty("version").GetInt64() == version && state.Equals(config.GetProperty("state").GetString(), StringComparison.Ordinal);
            },
            $"configuration {version} is {state}", TimeSpan.FromSeconds(60));
        return config;
    }

    public static Task ReportsLocallyAsync(GatewayProcess gateway, string value) => Eventually.TrueAsync(
        async () => (await gateway.GetAsync($"api/v1/devices/{Device}/config")).TryGetProperty("reported", out var reported)
            && reported.TryGetProperty("local", out var local) && value.Equals(local[0].GetProperty("value").GetString(), StringComparison.Ordinal),
        "the gateway knows of the bad file");

    /// <summary>Something new from now on.</summary>
    public static async Task ArrivesAsync(GatewayProcess gateway)
    {
        var before = (await Books.OfAsync(gateway, Device))?.Accepted ?? 0;
        await Eventually.TrueAsync(async () => (await Books.OfAsync(gateway, Device))?.Accepted > before, "readings arrive");
    }

    public static async Task<string> SeriesAsync(GatewayProcess gateway) => (await gateway.GetAsync($"api/v1/series?device={Device}")).GetRawText();

    public static async Task StoppedAsync(GatewayProcess gateway, AgentProcess agent)
    {
        Assert.Equal(0, await agent.StopAsync());
        await Books.SettledAsync(gateway);
        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0 }, books?.ToString());
    }

    public void Dispose() => _files.Dispose();
}
