using System.Globalization;
using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>What the kernel answers is changed by strace: a failed write or fsync is never trusted again.</summary>
public sealed class DiskErrorTests
{
    /// <summary>The first calls of each thread are let through, so that the gateway gets going; the journal's has all its calls to itself.</summary>
    [Theory]
    [InlineData("fdatasync", "EIO", "8+5")]
    [InlineData("fdatasync", "EIO", "8+2")]
    [InlineData("fdatasync", "ENOSPC", "8+5")]
    [InlineData("pwrite64", "EIO", "8+5")]
    [InlineData("pwrite64", "ENOSPC", "8+5")]
    [InlineData("pwrite64", "EDQUOT", "8+5")]
    [InlineData("pwrite64", "EDQUOT", "8..30")]
    public Task What_was_acknowledged_survives_failing_calls(string call, string error, string when) => Fault.RunAsync($"{call} fails with {error}, calls {when}", async fault =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(Injected($"{call}:error={error}:when={when}", call), ["--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet, batches: 60);
        fault.Observed(string.Create(CultureInfo.InvariantCulture, $"{Segments(gateway)} segments for {fleet.Acknowledged} batches, {fleet.Devices.Sum(device => device.Repeated)} sent again"));
        Assert.True(Segments(gateway) > 1, "a failure leaves its segment");

        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
    });

    [Fact]
    public Task A_store_whose_disk_fails_goes_on_from_the_spool() => Fault.RunAsync("fdatasync and fsync fail with EIO under the embedded store", async fault =>
    {
        await using var gateway = await GatewayProcess.StartAsync(Injected("fdatasync,fsync:error=EIO:when=20+11", "fdatasync,fsync"), "--Delivery:RestartAfter", "00:00:01");
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet, batches: 12);
        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await Stored.CheckEmbeddedAsync(fault, gateway, fleet);
    });

    [Fact]
    public Task A_slow_fsync_makes_it_slow_and_nothing_else() => Fault.RunAsync("fdatasync takes 300 ms", async fault =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(Injected("fdatasync:delay_enter=300000:when=8+", "fdatasync"), ["--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet, batches: 12);
        await Stored.CheckInfluxAsync(fault, gateway, fleet, influxd);
        Assert.Equal(0, fleet.Devices.Sum(device => device.Repeated));
        fault.Observed("every batch acknowledged at its first sending");
    });

    /// <summary>-D: the process that was started is the gateway, and the tracer its child.</summary>
    private static Surroundings Injected(string fault, string calls) => new()
    {
        Wrapper = ["strace", "-D", "-f", "-q", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={fault}"],
    };

    private static int Segments(GatewayProcess gateway) => Directory.GetFiles(Path.Combine(gateway.DataPath, "spool"), "*.segment").Length;
}
