using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.Faults.Rig;

/// <summary>What the stores hold of a fleet, against what the devices were promised.</summary>
internal static class Stored
{
    public const string Database = "iot";

    /// <summary>Settings for influxd as one more sink.</summary>
    public static string[] InInflux(Influxd influxd, params string[] others) => InInflux(influxd.Url, others);

    public static string[] InInflux(Uri url, params string[] others) =>
    [
        "--Influx:Url", url.ToString(), "--Influx:Api", "V1", "--Influx:Database", Database, "--Influx:Timeout", "00:00:05",
        "--Influx:Retry:MaxDelay", "00:00:02", "--Influx:Circuit:BreakDuration", "00:00:02", .. others,
    ];

    public static async Task<Influxd> StartInfluxdAsync()
    {
        var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync(Database);
        return influxd;
    }

    /// <summary>Ends the fleet, waits until nothing is pending, looks into the embedded store and asks the ledger.</summary>
    public static async Task CheckEmbeddedAsync(Fault fault, GatewayProcess gateway, LoadFleet fleet)
    {
        await SettleAsync(gateway, fleet);
        var rows = await StoredPoints.EmbeddedAsync(gateway);
        fault.Count(Sum(fleet.Devices.Select(device => Loss.Between(device.Expected(), rows[device.Id]))));
        await CheckBooksAsync(gateway, fleet);
    }

    public static async Task CheckInfluxAsync(Fault fault, GatewayProcess gateway, LoadFleet fleet, Influxd influxd)
    {
        await SettleAsync(gateway, fleet);
        var losses = await Task.WhenAll(fleet.Devices.Select(async device =>
            Loss.Between(device.Expected(), await StoredPoints.InInfluxAsync(influxd, Database, device))));
        fault.Count(Sum(losses));
        await CheckBooksAsync(gateway, fleet);
    }

    /// <summary>Until each device has on average <paramref name="batches"/> more acknowledged.</summary>
    public static Task ProgressAsync(LoadFleet fleet, int batches = 4)
    {
        var before = fleet.Acknowledged;
        return Eventually.TrueAsync(
            () => fleet.Acknowledged >= before + (batches * fleet.Devices.Count), "the fleet gets its batches in", TimeSpan.FromMinutes(2));
    }

    private static async Task SettleAsync(GatewayProcess gateway, LoadFleet fleet)
    {
        await fleet.FinishAsync();
        await Books.SettledAsync(gateway, TimeSpan.FromMinutes(2));
    }

    private static async Task CheckBooksAsync(GatewayProcess gateway, LoadFleet fleet)
    {
        var all = (await Books.AllAsync(gateway)).ToDictionary(books => books.Device);
        foreach (var device in fleet.Devices)
        {
            var books = all[device.Id];
            var readings = device.Acknowledged * LoadBatch.Readings;
            Assert.Equal((readings, 0L, true, 0), (books.Accepted, books.Rejected, books.Balanced, books.Gaps));
            Assert.All(books.Sinks, sink => Assert.Equal((readings, 0L, 0L), (sink.Stored, sink.Pending, sink.DeadLettered)));
        }
    }

    private static Loss Sum(IEnumerable<Loss> losses) => losses.Aggregate(new Loss(0, 0, 0), (sum, loss) => sum + loss);
}
