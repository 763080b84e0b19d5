using Iot.Gateway.Delivery;
using Iot.Gateway.Devices;
using Iot.Gateway.Ledger;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>A gateway with a few devices in every state, and a day of readings of two of them.</summary>
internal static class SmallFleet
{
    public const int Devices = 7;
    public const int Series = 5;

    public static CannedGateway Make()
    {
        var now = DateTimeOffset.UtcNow;
        var gateway = new CannedGateway();
        gateway.Sinks[0] = gateway.Sinks[0] with { Pending = 25 };
        gateway.Sinks.Add(new("Influx", CircuitState.Closed, null, 0, 0, 0));
        gateway.Books.AddRange([
            Both("cold-store-1", 1_284_311, seen: now.AddSeconds(-2)),
            Both("cold-store-2", 1_284_120, rejected: 12, duplicate: 40, pending: 25, seen: now.AddSeconds(-1)),
            Both("compressor-hall-a", 402_117, duplicate: 500, seen: now.AddSeconds(-9)) with
            {
                Gaps =
                [
                    new(0xfeed, 4_001, 4_017, GivenUp: true, AfterNs: Ns(now.AddHours(-9)), BeforeNs: Ns(now.AddHours(-8))),
                    new(0xfeed, 5_000, 5_000, GivenUp: false, Held: true, AfterNs: Ns(now.AddMinutes(-35)), BeforeNs: Ns(now.AddMinutes(-32))),
                ],
                Epochs = [new(0xfeed, 40_212, 40_194, 1, 17, IsComplete: true, new(40_244, 402_117, 401_617, 0, 500), 0)],
            },
            Both("press-line-1", 88_402, rejected: 310, seen: now.AddSeconds(-4)),
            Both("roof-weather", 10_870, seen: now.AddMinutes(-42)),
            Both("van-07", 5_311, seen: now.AddHours(-3)),
            Both("workshop-esp32", 914, seen: now.AddSeconds(-31)) with { Provable = false }]);
        gateway.Presence[DeviceId.Parse("van-07")] = new(Online: false, now);

        Fill(gateway.Store!, "cold-store-2", "climate", "temperature", "Cel", now, t => 4 + (1.5 * Math.Sin(t / 1700)) + (0.3 * Math.Sin(t / 61)));
        Fill(gateway.Store!, "cold-store-2", "climate", "humidity", "%RH", now, t => 71 + (6 * Math.Sin(t / 5200)) + (0.8 * Math.Sin(t / 97)));
        Fill(gateway.Store!, "cold-store-2", "power", "draw", "W", now, t => t % 2400 < 1500 ? 1850 + (40 * Math.Sin(t / 30)) : 120);
        Fill(gateway.Store!, "compressor-hall-a", "compressor", "pressure", "bar", now, t => 7.2 + (0.4 * Math.Sin(t / 900)) + (0.05 * Math.Sin(t / 41)));
        Fill(gateway.Store!, "press-line-1", "press", "running", null, now, t => t % 3600 < 2800 ? 1 : 0);
        return gateway;
    }

    /// <summary>In a registry with site, type and tags, and online since yesterday.</summary>
    public static void Register(this CannedGateway gateway, string name)
    {
        var device = DeviceId.Parse(name);
        gateway.Get<DeviceRegistry>().Add(device, new("cold-store", "harbour", new Dictionary<string, string> { ["line"] = "fish", ["owner"] = "<b>Åse</b>" }));
        gateway.Presence[device] = new(Online: true, DateTimeOffset.UtcNow.AddHours(-26), "iot-edge-agent 1.2.0", name);
    }

    private static long Ns(DateTimeOffset time) => time.ToUnixTimeMilliseconds() * 1_000_000;

    private static DeviceBooks Both(string name, long received, long rejected = 0, long duplicate = 0, long pending = 0, DateTimeOffset? seen = null)
    {
        var books = CannedGateway.Device(name, received, rejected, duplicate, pending, seen);
        return books with { Sinks = [.. books.Sinks, new("Influx", books.Accepted, 0, 0)] };
    }

    /// <summary>A day of readings, one each ten seconds, with half an hour missing.</summary>
    private static void Fill(CannedStore store, string device, string measurement, string field, string? unit, DateTimeOffset now, Func<double, double> value)
    {
        var id = DeviceId.Parse(device);
        var newest = now.ToUnixTimeSeconds() / 10 * 10;
        for (var back = 24 * 360; back >= 1; back--)
        {
            if (back is > 190 and < 210) continue;

            var time = newest - (back * 10);
            store.Readings.Add(new(time * 1_000_000_000, id, measurement, field, "", Math.Round(value(time), 2)));
        }

        store.Series.Add(new(id, measurement, field, "", unit is null ? ReadingKind.Boolean : ReadingKind.Float, unit, (newest - 10) * 1_000_000_000));
    }
}
