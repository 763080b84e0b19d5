using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>A process that does not answer and is not dead.</summary>
public sealed class StoppedProcessTests
{
    private const int Stop = 19, Continue = 18;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(30);

    [Fact]
    public Task A_gateway_stopped_for_30_s_goes_on_where_it_was() => Fault.RunAsync("SIGSTOP of the gateway for 30 s", async fault =>
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        gateway.Process.Signal(Stop);
        var before = fleet.Acknowledged;
        await AwayAsync();
        fault.Observed($"{fleet.Acknowledged - before} batches acknowledged meanwhile");
        gateway.Process.Signal(Continue);

        await Stored.ProgressAsync(fleet);
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
        fault.Observed($"{fleet.Devices.Sum(device => device.Repeated)} batches sent again, each stored once");
    });

    [Fact]
    public Task An_influxd_stopped_for_30_s_holds_its_deliveries_and_nothing_else() => Fault.RunAsync("SIGSTOP of influxd for 30 s", async fault =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync([.. "--Sinks:0 Influx".Split(' '), .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        influxd.Signal(Stop);
        var before = fleet.Acknowledged;
        await AwayAsync();
        var meanwhile = fleet.Acknowledged - before;
        influxd.Signal(Continue);
        Assert.True(meanwhile >= 20 * fleet.Devices.Count, $"only {meanwhile} batches were acknowledged while the sink hung");

        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
        fault.Observed($"{meanwhile} batches acknowledged meanwhile, drained afterwards");
    });

    private static async Task AwayAsync()
    {
        using var away = new CancellationTokenSource(Away);
        await Task.Delay(Timeout.Infinite, away.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
