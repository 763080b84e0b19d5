using Iot.Gateway.Deduplication;
using Iot.Gateway.Devices;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;

namespace Iot.EndToEnd.Tests.Guide;

/// <summary>Two pumps as the guide for analysts shows them: a fortnight with days in it, and on one of them a gap of each kind.</summary>
internal static class GuideFleet
{
    private const ulong Epoch = 0x5eed_0000_feed;
    private const int StepSeconds = 300;

    /// <summary>Hours ago.</summary>
    private static readonly (double From, double To, bool GivenUp, bool Held)[] Gaps = [(127, 119, true, false), (62, 57.5, false, false), (5.2, 4.1, false, true)];

    public static CannedGateway Make()
    {
        var now = DateTimeOffset.UtcNow;
        var gateway = new CannedGateway();
        gateway.Books.AddRange([CannedGateway.Device("pump-7", 48_104, seen: now.AddSeconds(-3)) with
        {
            Gaps = [.. Gaps.Select((gap, i) => new SequenceGap(Epoch, 500 * (ulong)(i + 1), 500 * (ulong)(i + 1) + Batches(gap) - 1, gap.GivenUp, gap.Held, Ns(now.AddHours(-gap.From)), Ns(now.AddHours(-gap.To))))],
            Epochs = [new(Epoch, 4_810, 4_647, 67, 96, IsComplete: true, new(4_647, 48_104, 48_104, 0, 0), 0)],
        }, CannedGateway.Device("pump-8", 48_380, seen: now.AddSeconds(-8))]);
        Fill(gateway.Store!, "pump-7", 0.4, now);
        Fill(gateway.Store!, "pump-8", -0.7, now);
        return gateway;
    }

    /// <summary>Online for three weeks, in a registry.</summary>
    public static void Register(CannedGateway gateway, string name)
    {
        var device = DeviceId.Parse(name);
        gateway.Get<DeviceRegistry>().Add(device, new("pump", "harbour", new Dictionary<string, string> { ["line"] = "cold water" }));
        gateway.Presence[device] = new(Online: true, DateTimeOffset.UtcNow.AddDays(-21), "iot-edge-agent 1.2.0", name);
    }

    /// <summary>A reading every five minutes of a fortnight, warm in the afternoon, warmer these three days, none where batches are missing.</summary>
    private static void Fill(CannedStore store, string device, double offset, DateTimeOffset now)
    {
        var id = DeviceId.Parse(device);
        var newest = now.ToUnixTimeSeconds() / StepSeconds * StepSeconds;
        for (var back = 15 * 24 * 12; back >= 0; back--)
        {
            var time = newest - (back * StepSeconds);
            var hoursAgo = back / 12.0;
            if (offset > 0 && Array.Exists(Gaps, gap => hoursAgo < gap.From && hoursAgo > gap.To)) continue;

            var day = Math.Sin(((time % 86_400 / 3600.0) - 9) * Math.PI / 12);
            var ripple = (0.25 * Math.Sin(time / 1900.0)) + (0.12 * Math.Sin(time / 427.0));
            var warmer = hoursAgo < 72 ? 0.9 * (1 - (hoursAgo / 72)) : 0;
            Add("temperature", 6 + offset + (1.6 * day) + ripple + warmer);
            Add("humidity", 71 - (5 * day) - (4 * ripple));

            void Add(string field, double value) => store.Readings.Add(new(time * 1_000_000_000, id, "climate", field, "", Math.Round(value, 2)));
        }

        foreach (var (field, unit) in new[] { ("temperature", "Cel"), ("humidity", "%RH") })
            store.Series.Add(new(id, "climate", field, "", ReadingKind.Float, unit, newest * 1_000_000_000));
    }

    /// <summary>One in five minutes.</summary>
    private static ulong Batches((double From, double To, bool GivenUp, bool Held) gap) => (ulong)Math.Round((gap.From - gap.To) * 12);

    private static long Ns(DateTimeOffset time) => time.ToUnixTimeMilliseconds() * 1_000_000;
}
