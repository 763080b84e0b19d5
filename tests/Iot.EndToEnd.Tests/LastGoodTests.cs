using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A configuration file of the device that turns bad.</summary>
public sealed class LastGoodTests : IDisposable
{
    private readonly ConfiguredPump _pump = new();

    public void Dispose() => _pump.Dispose();

    [Fact]
    public async Task A_local_file_that_turns_bad_is_named_and_the_last_good_configuration_stays_in_force()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await _pump.WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "00:00:00.100"}}}""");
        await using var agent = _pump.Agent(gateway);
        agent.Start();
        await ConfiguredPump.ArrivesAsync(gateway);
        await ConfiguredPump.SetAsync(gateway, "{}"); // what devices without credentials report is kept when somebody has configured them

        await _pump.WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "soon"}}}""");
        await ConfiguredPump.HangUpAsync(agent);
        var said = await agent.Process.LineAsync("The last good one stays in force");
        Assert.Contains($"Sensors:s:Interval = soon: must be a duration, hh:mm:ss or d.hh:mm:ss. It stands in {_pump.File}.", said);
        await ConfiguredPump.ReportsLocallyAsync(gateway, "soon");

        Assert.Equal(0, await agent.StopAsync());
        await agent.Process.DisposeAsync();
        agent.Start(); // with the bad file
        await agent.Process.LineAsync("The last good one stays in force");
        await ConfiguredPump.ReportsLocallyAsync(gateway, "soon");
        await ConfiguredPump.ArrivesAsync(gateway);

        await _pump.WriteAsync("""{"Sensors": {"s": {"Kind": "Simulated", "Interval": "00:00:00.200", "Name": "tank/level"}}}""");
        await ConfiguredPump.HangUpAsync(agent);
        await agent.Process.LineAsync("was read again");
        await Eventually.TrueAsync(async () => (await ConfiguredPump.SeriesAsync(gateway)).Contains("level"), "the corrected file is in force");
        await ConfiguredPump.StoppedAsync(gateway, agent);
    }

    [Fact]
    public async Task A_bad_file_at_the_first_start_ends_it_with_exit_code_2()
    {
        await _pump.WriteAsync("""{"Gateway": {"MaxInFlight": 0}""");
        await using var agent = new AgentProcess(ConfiguredPump.Device, 1) { Environment = _pump.Environment };
        agent.Start();

        Assert.Equal(2, await agent.Process.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(_pump.File, agent.Process.Output);
    }
}
