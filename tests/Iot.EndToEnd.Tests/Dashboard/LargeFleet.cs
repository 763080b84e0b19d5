using Iot.Gateway.Devices;
using Iot.Gateway.Tests.Dashboard;
using Iot.Wire;

namespace Iot.EndToEnd.Tests.Dashboard;

/// <summary>A gateway with 3,000 devices that have spoken, 120 of them registered, and 30 more that are only expected.</summary>
internal static class LargeFleet
{
    public const int Spoken = 3000;
    public const int NeverSpoke = 30;
    public const int Silent = 50;
    public const int Missing = 20;

    /// <summary>A site of this name is a piece of a page.</summary>
    public const string HostileSite = "<img src=x onerror=\"document.title='owned'\">";

    private static readonly string[] Kinds = ["pump", "cold-store", "meter"];

    public static async Task<CannedGateway> StartAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var canned = new CannedGateway();
        canned.Types.AddRange(Kinds);
        for (var i = 0; i < Spoken; i++)
        {
            var isSilent = i % (Spoken / Silent) == 7;
            var books = CannedGateway.Device(Name(i), 1000 + i, rejected: i % 400 == 3 ? 5 : 0, seen: now.AddSeconds(isSilent ? -7200 - i : -(i % 40)));
            canned.Books.Add(i % (Spoken / Missing) == 5 ? books with { Gaps = [new(1, 10, 10 + (ulong)i, GivenUp: false)] } : books);
        }

        await canned.StartAsync();
        Register(canned);
        return canned;
    }

    private static string Name(int i) => $"{Kinds[i % 3]}-{i:D4}";

    private static void Register(CannedGateway gateway)
    {
        var registry = gateway.Get<DeviceRegistry>();
        for (var i = 0; i < 120; i++) registry.Add(DeviceId.Parse(Name(i)), Of(Kinds[i % 3], $"hall {i % 4}"));
        for (var i = 0; i < NeverSpoke; i++) registry.Add(DeviceId.Parse($"spare-{i:D2}"), Of("pump", i == 0 ? HostileSite : "store room"));
        registry.Disable(DeviceId.Parse(Name(0)));
    }

    private static DeviceDescription Of(string type, string site) => new(type, site, new Dictionary<string, string>());
}
