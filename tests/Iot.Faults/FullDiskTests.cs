using System.Net;
using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>Full is a normal state: nothing is acknowledged, nothing is lost, and it ends by itself.</summary>
public sealed class FullDiskTests
{
    /// <summary>The books are written each second, since a spool so small gives room only then.</summary>
    private static readonly string[] Small = ["--Ledger:SnapshotEvery", "00:00:01", "--Journal:ReserveBytes", "1000000", "--Journal:SegmentBytes", "262144", "--Embedded:SpillLimit", "0"];

    [Theory, InlineData("tmpfs"), InlineData("ext4")]
    public Task A_disk_that_others_fill_stops_acknowledgements_until_they_make_room(string kind) => Fault.RunAsync($"{kind} filled to 100 % by others", async fault =>
    {
        await using var disk = await SmallDisk.MountAsync(kind, 48);
        await using var gateway = await GatewayProcess.StartAsync(On(disk), Small);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        disk.Fill();
        await FullAsync(fault, gateway);
        await NothingIsAcknowledgedAsync(fault, fleet, gateway);

        disk.DeleteFiller();
        await Stored.ProgressAsync(fleet);
        fault.Observed("goes on by itself once there is room");
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
        await ReadyAsync(gateway);
    });

    [Theory, InlineData("tmpfs"), InlineData("ext4")]
    public Task A_disk_that_our_own_spool_fills_is_freed_by_delivery_alone(string kind) => Fault.RunAsync($"{kind} filled by our own spool, sink away", async fault =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var disk = await SmallDisk.MountAsync(kind, 8);
        await using var gateway = await GatewayProcess.StartAsync(On(disk), [.. Small, "--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 50, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        await influxd.KillAsync();
        await FullAsync(fault, gateway);
        await NothingIsAcknowledgedAsync(fault, fleet, gateway);

        await influxd.StartAgainAsync();
        await Stored.ProgressAsync(fleet);
        fault.Observed("delivered segments go, appends are taken again");
        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
    });

    [Theory, InlineData("tmpfs"), InlineData("ext4")]
    public Task A_gateway_that_starts_on_a_full_disk_keeps_what_it_has_and_waits_for_room(string kind) => Fault.RunAsync($"start on a full {kind}", async fault =>
    {
        await using var disk = await SmallDisk.MountAsync(kind, 48);
        await using var gateway = await GatewayProcess.StartAsync(On(disk), Small);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        await gateway.KillAsync();
        disk.Fill();
        await gateway.BeginAsync();
        await FullAsync(fault, gateway);
        await NothingIsAcknowledgedAsync(fault, fleet, gateway);

        disk.DeleteFiller();
        await Stored.ProgressAsync(fleet);
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
        await ReadyAsync(gateway);
    });

    [Fact]
    public Task A_full_disk_under_stores_and_snapshots_holds_deliveries_and_not_acknowledgements() => Fault.RunAsync("full disk for DuckDB, SQLite and snapshots alone", async fault =>
    {
        await using var disk = await SmallDisk.MountAsync("tmpfs", 24);
        using var roomy = new TempDirectory();
        Directory.CreateDirectory(On(disk).DataPath!);
        Directory.CreateSymbolicLink(Path.Combine(On(disk).DataPath!, "spool"), roomy.Path);
        await using var gateway = await GatewayProcess.StartAsync(On(disk), [.. Small, "--Delivery:RestartAfter", "00:00:01"]);
        await using var fleet = new LoadFleet(devices: 20, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);

        disk.Fill();
        await Eventually.TrueAsync(async () => (await HealthAsync(gateway)).Contains("Embedded: ", StringComparison.Ordinal), "the store's trouble shows");
        await Stored.ProgressAsync(fleet, batches: 20);
        fault.Observed("health degraded, acknowledgements go on, readings wait in the spool");

        disk.DeleteFiller();
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
        await ReadyAsync(gateway);
    });

    private static Surroundings On(SmallDisk disk) => new() { DataPath = Path.Combine(disk.Path, "data") };

    /// <summary>Health says so with 503, and an MQTT 5 client is told 0x97.</summary>
    private static async Task FullAsync(Fault fault, GatewayProcess gateway)
    {
        await Eventually.TrueAsync(async () => await ReasonAsync(gateway) is { } reason && reason.Contains("full", StringComparison.OrdinalIgnoreCase), "health names the full journal", TimeSpan.FromMinutes(2));
        fault.Observed("health 503");
    }

    private static async Task<string?> ReasonAsync(GatewayProcess gateway)
    {
        try
        {
            using var answer = await gateway.Http.GetAsync("health/ready");
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (HttpRequestException)
        {
            return null; // not listening yet
        }
    }

    private static async Task NothingIsAcknowledgedAsync(Fault fault, LoadFleet fleet, GatewayProcess gateway)
    {
        using var five = await RawClient.ConnectAsync(gateway.MqttPort, version: 5, id: "probe-5");
        await five.SendAsync(five.Publish(1, Probe, topic: "v1/devices/probe-5/telemetry"));
        var answer = await five.ReadPacketAsync();
        Assert.True(answer.Length == 0 || answer is [0x40, _, _, 1, 0x97], $"a full journal answered {Convert.ToHexString(answer)}");

        using var four = await RawClient.ConnectAsync(gateway.MqttPort, version: 4, id: "probe-4");
        await four.SendAsync(four.Publish(1, Probe, topic: "v1/devices/probe-4/telemetry"));
        Assert.Empty(await four.ReadPacketAsync());

        var before = fleet.Acknowledged;
        using var while2Seconds = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Task.Delay(Timeout.Infinite, while2Seconds.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.Equal(before, fleet.Acknowledged);
        fault.Observed(answer.Length == 0 ? "no PUBACK" : "0x97 to MQTT 5, no PUBACK to 3.1.1");
    }

    private const string Probe = """[{"n":"v","v":1}]""";

    private static Task ReadyAsync(GatewayProcess gateway) => Eventually.TrueAsync(
        async () => (await HealthAsync(gateway)).Contains("\"healthy\"", StringComparison.Ordinal), "all is well again", TimeSpan.FromMinutes(1));

    private static async Task<string> HealthAsync(GatewayProcess gateway)
    {
        using var answer = await gateway.Http.GetAsync("health/ready");
        return await answer.Content.ReadAsStringAsync();
    }
}
