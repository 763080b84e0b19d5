using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real agent samples this machine, the real gateway stores it.</summary>
public sealed class AgentTests
{
    private const string Device = "host-1";
    private const int Kept = 5;

    [Fact]
    public async Task What_this_machine_measures_arrives_and_an_outage_of_the_gateway_leaves_no_gap()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = new AgentProcess(Device, gateway.MqttPort, "--Sensors:host:Kind", "System", "--Sensors:host:Interval", "00:00:00.500");
        agent.Start();
        await ArrivesAsync(gateway, "cpu/usage", "memory/usage");
        Assert.Equal("online", await StateAsync(gateway));

        var before = DateTimeOffset.UtcNow;
        Assert.Equal(0, await gateway.StopAsync());
        for (var batch = 0; batch < Kept; batch++) await GrowsAsync(agent);
        var after = DateTimeOffset.UtcNow;
        await gateway.StartAgainAsync();

        await Eventually.TrueAsync(async () => await LastSeenAsync(gateway) > after, "the agent is back");
        await StoppedAsync(gateway, agent);
        var during = await gateway.GetAsync($"api/v1/readings?device={Device}&measurement=cpu&field=usage&from={before:O}&to={after:O}".Replace("+", "%2B", StringComparison.Ordinal));
        Assert.InRange(during.GetProperty("readings").GetArrayLength(), Kept - 1, int.MaxValue); // one a batch at least; the first may be of before
    }

    [Fact]
    public async Task With_nothing_configured_it_samples_processor_memory_load_and_disk()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = new AgentProcess(Device, gateway.MqttPort);
        agent.Start();

        await ArrivesAsync(gateway, "cpu/usage", "memory/usage", "load/1m", "disk/");
        await StoppedAsync(gateway, agent);
    }

    /// <summary>SIGTERM: it says good-bye, and all that it sampled is in the books.</summary>
    private static async Task StoppedAsync(GatewayProcess gateway, AgentProcess agent)
    {
        Assert.Equal(0, await agent.StopAsync());
        await Eventually.TrueAsync(async () => "offline".Equals(await StateAsync(gateway), StringComparison.Ordinal), "the agent says good-bye");
        await Books.SettledAsync(gateway);

        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0 }, books?.ToString());
        Assert.Equal(books!.Accepted, Assert.Single(books.Sinks).Stored);
    }

    /// <summary>Until it has put one batch more on its disk.</summary>
    private static Task GrowsAsync(AgentProcess agent)
    {
        var before = agent.OutboxBytes();
        return Eventually.TrueAsync(() => agent.OutboxBytes() > before, "the agent keeps what it samples");
    }

    private static Task ArrivesAsync(GatewayProcess gateway, params string[] names) => Eventually.TrueAsync(
        async () =>
        {
            var series = (await gateway.GetAsync($"api/v1/series?device={Device}")).GetProperty("series");
            var found = series.EnumerateArray().Select(one => $"{one.GetProperty("measurement")}/{one.GetProperty("field")}").ToList();
            return names.All(name => found.Exists(one => one.StartsWith(name, StringComparison.Ordinal)));
        },
        $"{string.Join(", ", names)} are stored");

    private static async Task<string?> StateAsync(GatewayProcess gateway) => (await DeviceAsync(gateway)).GetProperty("state").GetString();

    private static async Task<DateTimeOffset> LastSeenAsync(GatewayProcess gateway) => (await DeviceAsync(gateway)).GetProperty("lastSeen").GetDateTimeOffset();

    private static Task<JsonElement> DeviceAsync(GatewayProcess gateway) => gateway.GetAsync($"api/v1/devices/{Device}");
}
