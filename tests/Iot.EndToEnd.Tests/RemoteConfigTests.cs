using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real gateway configures the real agent, well and badly; whatever it desires, the device stays on the air.</summary>
public sealed class RemoteConfigTests : IDisposable
{
    private const string Device = "pump-7";
    private const string CutsOff = """{"Gateway": {"Url": "mqtt://127.0.0.1:1"}}""";

    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Other_sensors_are_sampled_without_a_restart()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway);

        await SetAsync(gateway, """{"Sensors": {"s": null, "t": {"Kind": "Simulated", "Interval": "00:00:00.100", "Name": "tank/level"}}}""");

        await ReachesAsync(gateway, 1, "applied");
        await Eventually.TrueAsync(async () => (await SeriesAsync(gateway)).Contains("level"), "the new sensor's readings are stored");
        Assert.False(agent.Process.HasExited);
        Assert.Single(agent.Process.Output.Split('\n'), line => line.Contains("is connected"));
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task What_needs_another_pipeline_gets_one_in_the_same_process_and_nothing_is_lost()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway);

        await SetAsync(gateway, """{"Batching": {"MaxAge": "00:00:00.300"}, "Outbox": {"Compression": "None"}}""");

        await ReachesAsync(gateway, 1, "applied");
        Assert.Equal(2, agent.Process.Output.Split('\n').Count(line => line.Contains("is connected")));
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_bad_value_is_refused_with_key_value_and_what_to_do_and_nothing_changes()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway);

        await SetAsync(gateway, """{"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}, "Sensors": {"x": {"Command": "reboot"}}}""");

        var reported = (await ReachesAsync(gateway, 1, "refused")).GetProperty("reported");
        Assert.Equal(0, reported.GetProperty("inForce").GetInt64());
        Assert.Contains("Remote:AllowExec", reported.GetProperty("problems")[0].GetProperty("reason").GetString());

        await SetAsync(gateway, """{"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}}""");
        var problems = (await ReachesAsync(gateway, 2, "refused")).GetProperty("reported").GetProperty("problems").EnumerateArray().ToList();
        Assert.Contains(problems, one => one.GetProperty("key").GetString() is "Gateway:KeepAlife" && one.GetProperty("reason").GetString()!.Contains("did you mean Gateway:KeepAlive?"));
        Assert.Contains(problems, one => one.GetProperty("key").GetString() is "Batching:MaxAge" && one.GetProperty("value").GetString() is "02:00:00");
        await ArrivesAsync(gateway);
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_configuration_that_cuts_the_device_off_is_rolled_back_by_itself_and_not_tried_again()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway);

        await SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        var reported = (await ReachesAsync(gateway, 1, "rolledBack")).GetProperty("reported");
        Assert.Contains("no batch stored since was acknowledged", reported.GetProperty("problems")[0].GetProperty("reason").GetString());

        Assert.Equal(0, await gateway.StopAsync()); // what is desired outlives it, and comes to the device once more
        await gateway.StartAgainAsync();
        await ArrivesAsync(gateway);
        await ReachesAsync(gateway, 1, "rolledBack");
        Assert.Single(agent.Process.Output.Split('\n'), line => line.Contains("is on trial"));

        await SetAsync(gateway, "{}");
        await ReachesAsync(gateway, 2, "applied");
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_trial_it_goes_on_with_it_and_ends_with_the_last_good_one()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway);
        await SetAsync(gateway, """{"Batching": {"MaxAge": "00:00:00.050"}}""");
        await ReachesAsync(gateway, 1, "applied");

        await SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        for (var kill = 0; kill < 2; kill++)
        {
            await agent.Process.KillAsync();
            await agent.Process.DisposeAsync();
            agent.Start();
            await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        }

        var reported = (await ReachesAsync(gateway, 2, "rolledBack")).GetProperty("reported");
        Assert.Equal(1, reported.GetProperty("inForce").GetInt64());
        await ArrivesAsync(gateway);
        await StoppedAsync(gateway, agent);
    }

    /// <summary>Crashes and power cuts that come faster than the trial's time passes end it, too.</summary>
    [Fact]
    public async Task A_trial_sees_three_starts_at_most()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await StartedAsync(gateway, "--Remote:TrialTime", "1.00:00:00");
        await SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        for (var start = 0; start < 3; start++)
        {
            await agent.Process.KillAsync();
            await agent.Process.DisposeAsync();
            agent.Start();
            if (start < 2) await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        }

        var reported = (await ReachesAsync(gateway, 1, "rolledBack")).GetProperty("reported");
        Assert.Contains("was started 3 times", reported.GetProperty("problems")[0].GetProperty("reason").GetString());
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_local_file_that_turns_bad_is_named_and_the_last_good_configuration_stays_in_force()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "00:00:00.100"}}}""");
        await using var agent = Agent(gateway);
        agent.Start();
        await ArrivesAsync(gateway);
        await SetAsync(gateway, "{}"); // what devices without credentials report is kept when somebody has configured them

        await WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "soon"}}}""");
        await HangUpAsync(agent);
        var said = await agent.Process.LineAsync("the last good one stays in force");
        Assert.Contains($"Sensors:s:Interval = soon: must be a duration, hh:mm:ss or d.hh:mm:ss. It stands in {_files["site.json"]}.", said);
        await ReportsLocallyAsync(gateway, "soon");

        Assert.Equal(0, await agent.StopAsync());
        await agent.Process.DisposeAsync();
        agent.Start(); // with the bad file
        await agent.Process.LineAsync("the last good one stays in force");
        await ReportsLocallyAsync(gateway, "soon");
        await ArrivesAsync(gateway);

        await WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "00:00:00.200", "Name": "tank/level"}}}""");
        await HangUpAsync(agent);
        await agent.Process.LineAsync("was read again");
        await Eventually.TrueAsync(async () => (await SeriesAsync(gateway)).Contains("level"), "the corrected file is in force");
        await StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_bad_file_at_the_first_start_ends_it_with_exit_code_2()
    {
        await WriteAsync("""{"Gateway": {"MaxInFlight": 0}""");
        await using var agent = new AgentProcess(Device, 1) { Environment = Configured };
        agent.Start();

        Assert.Equal(2, await agent.Process.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(_files["site.json"], agent.Process.Output);
    }

    private Dictionary<string, string> Configured => new(StringComparer.Ordinal) { ["CONFIGURATION_DIRECTORY"] = _files.Path };

    private AgentProcess Agent(GatewayProcess gateway, params string[] settings) => new(
        Device, gateway.MqttPort, ["--Batching:MaxAge", "00:00:00.100", .. settings]) { Environment = Configured };

    private async Task<AgentProcess> StartedAsync(GatewayProcess gateway, params string[] settings)
    {
        string[] trial = settings.Contains("--Remote:TrialTime") ? [] : ["--Remote:TrialTime", "00:00:08"];
        var agent = Agent(gateway, ["--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", .. trial, .. settings]);
        agent.Start();
        await ArrivesAsync(gateway);
        return agent;
    }

    private Task WriteAsync(string json) => File.WriteAllTextAsync(_files["site.json"], json);

    private static async Task HangUpAsync(AgentProcess agent) =>
        await RealProcess.RunAsync("kill", ["-HUP", agent.Process.Id.ToString(CultureInfo.InvariantCulture)]);

    private static async Task SetAsync(GatewayProcess gateway, string settings)
    {
        using var body = new StringContent(settings, System.Text.Encoding.UTF8, "application/json");
        using var answer = await gateway.Http.PutAsync(new Uri($"api/v1/devices/{Device}/config", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> ReachesAsync(GatewayProcess gateway, long version, string state)
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

    private static Task ReportsLocallyAsync(GatewayProcess gateway, string value) => Eventually.TrueAsync(
        async () => (await gateway.GetAsync($"api/v1/devices/{Device}/config")).TryGetProperty("reported", out var reported)
            && reported.TryGetProperty("local", out var local) && value.Equals(local[0].GetProperty("value").GetString(), StringComparison.Ordinal),
        "the gateway knows of the bad file");

    /// <summary>Something new from now on.</summary>
    private static async Task ArrivesAsync(GatewayProcess gateway)
    {
        var before = (await Books.OfAsync(gateway, Device))?.Accepted ?? 0;
        await Eventually.TrueAsync(async () => (await Books.OfAsync(gateway, Device))?.Accepted > before, "readings arrive");
    }

    private static async Task<string> SeriesAsync(GatewayProcess gateway) => (await gateway.GetAsync($"api/v1/series?device={Device}")).GetRawText();

    private static async Task StoppedAsync(GatewayProcess gateway, AgentProcess agent)
    {
        Assert.Equal(0, await agent.StopAsync());
        await Books.SettledAsync(gateway);
        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0 }, books?.ToString());
    }
}
