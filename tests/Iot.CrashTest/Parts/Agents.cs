using System.Globalization;
using System.Text.Json;
using Iot.Testing;

namespace Iot.CrashTest.Parts;

/// <summary>Real edge agents: one with a device of its own, one that plays several; each keeps its outboxes through its kills.</summary>
internal sealed class Agents : IAsyncDisposable
{
    private static readonly string[] Settings =
    [
        .. Sensor("a"), .. Sensor("b"), "--Batching:MaxAge", "00:00:00.150", "--Batching:MaxReadings", "8", "--Outbox:SegmentBytes", "65536",
        "--Gateway:StableAfter", "00:00:00", "--Gateway:MaxBackoff", "00:00:05", "--Gateway:DrainTimeout", "00:01:00",
    ];

    public Agents(int port) => All =
    [
        new("agent", port, Settings),
        new("agents", port, [.. Settings, "--Simulation:Devices", "4", "--Simulation:Prefix", "agents-"]),
    ];

    public IReadOnlyList<AgentProcess> All { get; }

    public static bool Is(string device) => device.StartsWith("agent", StringComparison.Ordinal);

    /// <summary>SIGTERM: what is stored in an outbox is published first, by an agent that is connected; one in a pause keeps it for its next start.</summary>
    /// <returns>What is still in an outbox, and should not be.</returns>
    /// <exception cref="TimeoutException">They do not connect.</exception>
    public async Task<IReadOnlyList<string>> FinishAsync(TimeSpan patience)
    {
        await Eventually.TrueAsync(AreConnectedAsync, "the agents are connected", patience);
        var left = new List<string>();
        foreach (var agent in All)
        {
            if (await agent.Process.StopAsync(TimeSpan.FromMinutes(2)) is not 0 and var code) left.Add($"{agent.Device} ended with {code}: {agent.Process.Errors}");
            var status = await StatusAsync(agent);
            foreach (var device in status.GetProperty("devices").EnumerateArray())
            {
                var (waiting, givenUp) = (device.GetProperty("waiting").GetInt64(), device.GetProperty("givenUp").GetInt64());
                if (waiting + givenUp > 0) left.Add(string.Create(CultureInfo.InvariantCulture, $"{device.GetProperty("device")} has {waiting} batches left and gave up {givenUp} readings"));
            }
        }

        return left;
    }

    private async Task<bool> AreConnectedAsync()
    {
        foreach (var agent in All)
        {
            if (!File.Exists(StatusPath(agent))) return false; // just begun

            var status = await StatusAsync(agent);
            if (status.GetProperty("processId").GetInt32() != agent.Process.Id) return false; // its last life's
            if (!status.GetProperty("devices").EnumerateArray().All(device => device.GetProperty("connected").GetBoolean())) return false;
        }

        return true;
    }

    private static string StatusPath(AgentProcess agent) => Path.Combine(agent.DataPath, "status.json");

    private static async Task<JsonElement> StatusAsync(AgentProcess agent)
    {
        using var status = JsonDocument.Parse(await File.ReadAllTextAsync(StatusPath(agent)));
        return status.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in All) await agent.DisposeAsync();
    }

    private static string[] Sensor(string name) =>
    [
        $"--Sensors:{name}:Kind", "Simulated", $"--Sensors:{name}:Name", $"{Recording.Point.Measurement}/{name}", $"--Sensors:{name}:Shape", "Noise", $"--Sensors:{name}:Interval", "00:00:00.100",
    ];
}
