using System.Globalization;
using Iot.EndToEnd.Tests.Load;
using Iot.Faults.Rig;
using Iot.Testing;

namespace Iot.Faults;

/// <summary>What the kernel answers is changed by strace: a failed write or fsync is never trusted again.</summary>
public sealed class DiskErrorTests
{
    /// <summary>Batches a device has unanswered at most.</summary>
    private const int OnTheirWay = 3;

    [Theory]
    [InlineData("fdatasync:error=EIO:when=1+4")]
    [InlineData("fdatasync:error=EIO:when=1+7")]
    [InlineData("fdatasync:error=ENOSPC:when=1+7")]
    [InlineData("pwrite64:error=EIO:when=1+5")]
    [InlineData("pwrite64:error=ENOSPC:when=1+5")]
    [InlineData("pwrite64:error=EDQUOT:when=1+5")]
    public Task What_was_acknowledged_survives_failing_calls(string fault) => Fault.RunAsync($"`{fault}`", async found =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(["--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);
        await using (await InjectedErrors.BeginAsync(gateway.Process, fault))
            await Stored.ProgressAsync(fleet, batches: 30);

        found.Observed(string.Create(CultureInfo.InvariantCulture, $"{Segments(gateway)} segments, {fleet.Devices.Sum(device => device.Repeated)} batches sent again"));
        Assert.True(Segments(gateway) > 1, "a failure leaves its segment");
        await Stored.ProgressAsync(fleet);
        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await Stored.CheckInfluxAsync(found, gateway, fleet, influxd);
    });

    /// <summary>EDQUOT: a quota that is used up does not show in the free space of the disk.</summary>
    [Theory]
    [InlineData("fdatasync:error=EIO")]
    [InlineData("pwrite64:error=EDQUOT")]
    [InlineData("pwrite64:error=ENOSPC")]
    public Task While_every_call_fails_nothing_is_acknowledged_and_then_it_goes_on_by_itself(string fault) => Fault.RunAsync($"`{fault}`, every call for 6 s", async found =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(["--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);
        await using (await InjectedErrors.BeginAsync(gateway.Process, fault))
        {
            await PassAsync(TimeSpan.FromSeconds(2)); // what was on its way when it began
            var before = fleet.Acknowledged;
            await PassAsync(TimeSpan.FromSeconds(4));
            var meanwhile = fleet.Acknowledged - before;
            Assert.InRange(meanwhile, 0, OnTheirWay * fleet.Devices.Count); // on disk before, their first PUBACK lost with the connection; in order it would be 480
            found.Observed($"{meanwhile} batches acknowledged meanwhile, then it goes on by itself");
        }

        await Stored.ProgressAsync(fleet);
        await Stored.CheckInfluxAsync(found, gateway, fleet, influxd);
    });

    [Fact]
    public Task A_store_whose_disk_fails_goes_on_from_the_spool() => Fault.RunAsync("`fdatasync,fsync:error=EIO:when=3+11`, embedded store", async found =>
    {
        await using var gateway = await GatewayProcess.StartAsync("--Delivery:RestartAfter", "00:00:01");
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);
        await using (await InjectedErrors.BeginAsync(gateway.Process, "fdatasync,fsync:error=EIO:when=3+11"))
            await Stored.ProgressAsync(fleet, batches: 30);

        await gateway.KillAsync();
        await gateway.StartAgainAsync();
        await Stored.CheckEmbeddedAsync(found, gateway, fleet);
    });

    [Fact]
    public Task A_slow_fsync_makes_it_slow_and_nothing_else() => Fault.RunAsync("`fdatasync` takes 300 ms", async found =>
    {
        await using var influxd = await Stored.StartInfluxdAsync();
        await using var gateway = await GatewayProcess.StartAsync(["--Sinks:0", "Influx", .. Stored.InInflux(influxd)]);
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await Stored.ProgressAsync(fleet);
        await using (await InjectedErrors.BeginAsync(gateway.Process, "fdatasync:delay_enter=300000"))
            await Stored.ProgressAsync(fleet, batches: 12);

        await Stored.CheckInfluxAsync(found, gateway, fleet, influxd);
        Assert.Equal(0, fleet.Devices.Sum(device => device.Repeated));
        found.Observed("every batch acknowledged at its first sending");
    });

    private static int Segments(GatewayProcess gateway) => Directory.GetFiles(Path.Combine(gateway.DataPath, "spool"), "*.segment").Length;

    private static async Task PassAsync(TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        await Task.Delay(Timeout.Infinite, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
