using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real gateway configures the real agent, well and badly; whatever it desires, the device stays on the air.</summary>
public sealed class RemoteConfigTests : IDisposable
{
    private const string CutsOff = """{"Gateway": {"Url": "mqtt://127.0.0.1:1"}}""";

    private readonly ConfiguredPump _pump = new();

    public void Dispose() => _pump.Dispose();

    [Fact]
    public async Task Other_sensors_are_sampled_without_a_restart()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway);

        await ConfiguredPump.SetAsync(gateway, """{"Sensors": {"s": null, "t": {"Kind": "Simulated", "Interval": "00:00:00.100", "Name": "tank/level"}}}""");

        await ConfiguredPump.ReachesAsync(gateway, 1, "applied");
        await Eventually.TrueAsync(async () => (await ConfiguredPump.SeriesAsync(gateway)).Contains("level"), "the new sensor's readings are stored");
        Assert.False(agent.Process.HasExited);
        Assert.Single(agent.Process.Output.Split('\n'), line => line.Contains("is connected"));
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task What_needs_another_pipeline_gets_one_in_the_same_process_and_nothing_is_lost()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway);

        await ConfiguredPump.SetAsync(gateway, """{"Batching": {"MaxAge": "00:00:00.300"}, "Outbox": {"Compression": "None"}}""");

        await ConfiguredPump.ReachesAsync(gateway, 1, "applied");
        await Eventually.TrueAsync(() => agent.Process.Output.Split('\n').Count(line => line.Contains("is connected")) == 2, "it has said so");
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_bad_value_is_refused_with_key_value_and_what_to_do_and_nothing_changes()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway);

        await ConfiguredPump.SetAsync(gateway, """{"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}, "Sensors": {"x": {"Command": "reboot"}}}""");

        var reported = (await ConfiguredPump.ReachesAsync(gateway, 1, "refused")).GetProperty("reported");
        Assert.Equal(0, reported.GetProperty("inForce").GetInt64());
        Assert.Contains("Remote:AllowExec", reported.GetProperty("problems")[0].GetProperty("reason").GetString());

        await ConfiguredPump.SetAsync(gateway, """{"Batching": {"MaxAge": "02:00:00"}, "Gateway": {"KeepAlife": 5}}""");
        var problems = (await ConfiguredPump.ReachesAsync(gateway, 2, "refused")).GetProperty("reported").GetProperty("problems").EnumerateArray().ToList();
        Assert.Contains(problems, one => one.GetProperty("key").GetString() is "Gateway:KeepAlife" && one.GetProperty("reason").GetString()!.Contains("did you mean Gateway:KeepAlive?"));
        Assert.Contains(problems, one => one.GetProperty("key").GetString() is "Batching:MaxAge" && one.GetProperty("value").GetString() is "02:00:00");
        await ConfiguredPump.ArrivesAsync(gateway);
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_configuration_that_cuts_the_device_off_is_rolled_back_by_itself_and_not_tried_again()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway);

        await ConfiguredPump.SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        var reported = (await ConfiguredPump.ReachesAsync(gateway, 1, "rolledBack")).GetProperty("reported");
        Assert.Contains("no batch stored since was acknowledged", reported.GetProperty("problems")[0].GetProperty("reason").GetString());

        Assert.Equal(0, await gateway.StopAsync()); // what is desired outlives it, and comes to the device once more
        await gateway.StartAgainAsync();
        await ConfiguredPump.ArrivesAsync(gateway);
        await ConfiguredPump.ReachesAsync(gateway, 1, "rolledBack");
        Assert.Single(agent.Process.Output.Split('\n'), line => line.Contains("is on trial"));

        await ConfiguredPump.SetAsync(gateway, "{}");
        await ConfiguredPump.ReachesAsync(gateway, 2, "applied");
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_trial_it_goes_on_with_it_and_ends_with_the_last_good_one()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway);
        await ConfiguredPump.SetAsync(gateway, """{"Batching": {"MaxAge": "00:00:00.050"}}""");
        await ConfiguredPump.ReachesAsync(gateway, 1, "applied");

        await ConfiguredPump.SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        for (var kill = 0; kill < 2; kill++)
        {
            await agent.Process.KillAsync();
            await agent.Process.DisposeAsync();
            agent.Start();
            await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        }

        var reported = (await ConfiguredPump.ReachesAsync(gateway, 2, "rolledBack")).GetProperty("reported");
        Assert.Equal(1, reported.GetProperty("inForce").GetInt64());
        await ConfiguredPump.ArrivesAsync(gateway);
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    /// <summary>Crashes and power cuts that come faster than the trial's time passes end it, too.</summary>
    [Fact]
    public async Task A_trial_sees_three_starts_at_most()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = await _pump.StartedAsync(gateway, "--Remote:TrialTime", "1.00:00:00");
        await ConfiguredPump.SetAsync(gateway, CutsOff);
        await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        for (var start = 0; start < 3; start++)
        {
            await agent.Process.KillAsync();
            await agent.Process.DisposeAsync();
            agent.Start();
            if (start < 2) await agent.Process.LineAsync("has no connection to mqtt://127.0.0.1:1");
        }

        var reported = (await ConfiguredPump.ReachesAsync(gateway, 1, "rolledBack")).GetProperty("reported");
        Assert.Contains("was started 3 times", reported.GetProperty("problems")[0].GetProperty("reason").GetString());
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }
}
