using System.Globalization;
using System.Text;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>Thousands of hostile connections and a device gone mad, while a fleet that behaves gets everything in.</summary>
public sealed class HostileClientTests
{
    private const int Series = 50;

    [Fact]
    public async Task Whatever_strangers_do_a_fleet_that_behaves_loses_nothing_and_is_acknowledged()
    {
        await using var gateway = await StartAsync();
        await using var fleet = new LoadFleet(devices: 10, gateway.MqttPort);
        await ProgressAsync(fleet);
        using var attack = new Attack(gateway.MqttPort, net: 1, addresses: 200);
        using var single = new Attack(gateway.MqttPort, net: 2, addresses: 1);
        using var stopping = new CancellationTokenSource();

        var mad = Task.WhenAll(
            attack.PublishAsync("mad-names", RandomNames, stopping.Token),
            attack.PublishAsync("mad-bytes", _ => [0xFF, 0xFE, 0xFD], stopping.Token));
        await attack.OpenAsync(2500, _ => []);                                                  // half open: not a byte
        await attack.OpenAsync(2500, i => Attack.Connect($"never-done-{i}")[..^3]);             // half open: most of a CONNECT
        await ProgressAsync(fleet);
        await attack.OpenAsync(5000, i => Attack.Connect($"idle-{i}"));                         // let in, and then silent
        await ProgressAsync(fleet);
        await single.OpenAsync(100, i => Attack.Connect($"one-address-{i}"));
        await single.FloodAsync(2000);
        await ProgressAsync(fleet);

        await RefusedAsync(gateway, "too_many_unfinished", "too_many_nameless", "too_many_of_address", "connect_rate_of_address");
        await Eventually.TrueAsync(async () => await gateway.MetricAsync("iot_gateway_mqtt_pauses_total") > 0, "the mad are slowed");
        await stopping.CancelAsync();
        await mad;
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, TimeSpan.FromSeconds(60), fleet.Readings);
        await AssertFleetAsync(gateway, fleet);
        await AssertMadAsync(gateway);
    }

    private static Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(
        "--Limits:TrustedAddresses", "127.0.0.1", "--Limits:UnfinishedConnections", "500", "--Limits:UnfinishedPerAddress", "20", "--Limits:NamelessConnections", "1000",
        "--Limits:ConnectionsPerAddress", "10", "--Limits:ConnectsPerSecondPerAddress", "20", "--Limits:SeriesPerDevice", Series.ToString(CultureInfo.InvariantCulture),
        "--Limits:RefusedPerSecondPerDevice", "20", "--Limits:MessagesPerSecondPerDevice", "100", "--Limits:Burst", "00:00:01");

    private static byte[] RandomNames(int number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $$"""[{"epoch":"00000000000bad00","seq":{{number + 1}},"n":"{{Guid.NewGuid():N}}","v":1},{"n":"good","v":{{number}}}]"""));

    /// <summary>Until each device has on average two batches more acknowledged.</summary>
    private static Task ProgressAsync(LoadFleet fleet)
    {
        var before = fleet.Acknowledged;
        return Eventually.TrueAsync(() => fleet.Acknowledged >= before + (2 * fleet.Devices.Count), "the fleet gets its batches in", TimeSpan.FromSeconds(60));
    }

    private static async Task RefusedAsync(GatewayProcess gateway, params string[] reasons)
    {
        foreach (var reason in reasons)
            Assert.True(await gateway.MetricAsync("iot_gateway_mqtt_refusals_total", $"reason=\"{reason}\"") > 0, $"no {reason} in /metrics");
    }

    private static async Task AssertFleetAsync(GatewayProcess gateway, LoadFleet fleet)
    {
        var embedded = await StoredPoints.EmbeddedAsync(gateway);
        var all = (await Books.AllAsync(gateway)).ToDictionary(books => books.Device);
        foreach (var device in fleet.Devices)
        {
            Assert.Equal(device.Expected(), embedded[device.Id]);
            var books = all[device.Id];
            Assert.Equal((device.Acknowledged * LoadBatch.Readings, 0, true, 0), (books.Accepted, books.Rejected, books.Balanced, books.Gaps));
        }
    }

    /// <summary>Every reading has become something: a stored one, or a dead letter with its reason; and the database has not grown beyond the budget.</summary>
    private static async Task AssertMadAsync(GatewayProcess gateway)
    {
        var books = (await Books.OfAsync(gateway, "mad-names"))!;
        Assert.True(books is { Balanced: true, Rejected: > 0 } && books.Accepted > books.Rejected / 2, books.ToString());
        var series = await gateway.CommandAsync("sql", "--csv", "SELECT count(DISTINCT field) FROM readings WHERE device = 'mad-names'");
        Assert.Equal($"{Series}", series.Output.Trim().Split('\n')[^1]);
        Assert.Equal(books.Rejected, await gateway.MetricAsync("iot_gateway_readings_rejected_total", "reason=\"too_many_series\""));
        Assert.Contains("more slowly", gateway.Process.Output);
    }
}
