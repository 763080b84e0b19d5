using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>The wall clock jumps under load; what waits, waits by a clock that does not jump.</summary>
public sealed class ClockTests
{
    /// <summary>Readings keep true times, so a gateway whose clock is behind must not find them too early.</summary>
    private static readonly string[] Lenient = ["--Validation:MaxClockLead", "10.00:00:00", "--Ledger:SnapshotEvery", "00:00:02"];

    [Fact]
    public Task A_gateway_whose_clock_jumps_under_load_loses_and_doubles_nothing() => Fault.RunAsync("gateway's clock +2 years, −1 day, +1 h, ×60, kill -9 in between", async fault =>
    {
        using var clock = new MovedClock();
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            clock.Surroundings, [.. Lenient, "--Journal:SegmentBytes", "65536", "--Sinks:0", "Embedded", "--Sinks:1", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        foreach (var jump in (string[])["+2y", "-1d", "+1h", "+0 x60", "+0"])
        {
            clock.Move(jump);
            await Stored.ProgressAsync(fleet);
            await gateway.KillAsync();
            await gateway.StartAgainAsync();
            await Stored.ProgressAsync(fleet);
        }

        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
        fault.Observed("no crash, both stores complete");
    });

    [Theory, InlineData("-1d"), InlineData("+2y")]
    public Task A_jump_while_the_circuit_is_open_neither_holds_the_backlog_nor_deletes_it(string jump) => Fault.RunAsync($"gateway's clock {jump} while the sink is away", async fault =>
    {
        using var clock = new MovedClock();
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            clock.Surroundings, [.. Lenient, "--Journal:SegmentBytes", "16384", "--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        await influxd.KillAsync();
        await Eventually.TrueAsync(async () => await gateway.MetricAsync("iot_gateway_circuit_state", "state=\"open\"") > 0, "the circuit opens");
        await Stored.ProgressAsync(fleet);
        clock.Move(jump);
        await Stored.ProgressAsync(fleet);
        await influxd.StartAgainAsync();
        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
        fault.Observed("circuit closes within seconds, backlog drained");
    });

    [Fact]
    public Task An_agent_whose_clock_jumps_goes_on_and_every_reading_is_accounted_for() => Fault.RunAsync("agent's clock +2 years, −1 day, back", async fault =>
    {
        using var clock = new MovedClock();
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = new AgentProcess("jumper", gateway.MqttPort, "--Sensors:fast:Kind", "Simulated", "--Sensors:fast:Interval", "00:00:00.100", "--Time:TrustClock", "true") { Environment = clock.Surroundings.Environment };
        agent.Start();
        await ReceivedAsync(gateway, atLeast: 50);

        foreach (var jump in (string[])["+2y", "-1d", "+0"])
        {
            clock.Move(jump);
            await ReceivedAsync(gateway, atLeast: 50);
        }

        Assert.Equal(0, await agent.StopAsync());
        await Books.SettledAsync(gateway);
        var books = (await Books.OfAsync(gateway, "jumper"))!;
        Assert.True(books is { Balanced: true, Gaps: 0 }, books.ToString());
        Assert.True(books.Rejected > 0, "readings from two years ahead are refused");
        fault.Observed($"{books.Accepted} readings accepted, {books.Rejected} from the future are dead letters, no gap");
    });

    private static async Task ReceivedAsync(GatewayProcess gateway, long atLeast)
    {
        var before = (await Books.OfAsync(gateway, "jumper"))?.Received ?? 0;
        await Eventually.TrueAsync(async () => (await Books.OfAsync(gateway, "jumper"))?.Received >= before + atLeast, "the agent's readings arrive", TimeSpan.FromMinutes(1));
    }
}
