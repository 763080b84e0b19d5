using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>The connection to the database is cut while a write is under way: what became of it is unknown, so it is written again.</summary>
public sealed class SinkCutTests
{
    [Theory, InlineData(false), InlineData(true)]
    public Task Every_reading_is_stored_once(bool inResponse) => Fault.RunAsync($"sink connection reset in mid-{(inResponse ? "response" : "request")}", async fault =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var door = new CuttingDoor(influxd.Url, inResponse);
        await using var gateway = await GatewayProcess.StartAsync(["--Sinks:0", "Influx", .. Stored.InInflux(door.Url)]);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Eventually.TrueAsync(() => door.Cuts >= 20, "connections are cut", TimeSpan.FromMinutes(3));

        door.LetPass();
        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
        fault.Observed($"{door.Cuts} cuts");
    });
}
