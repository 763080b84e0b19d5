using System.Text.Json;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>What <c>status</c> says of the real agent, and when.</summary>
public class StatusTests
{
    [Fact]
    public async Task A_script_reads_that_it_runs_is_connected_and_what_it_samples()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var agent = new AgentProgram(broker.Port);
        agent.Start();

        var status = await WhenAsync(agent, device => device.GetProperty("connected").GetBoolean());

        Assert.Equal(agent.Process.Id, status.GetProperty("processId").GetInt32());
        Assert.True(status.GetProperty("startedAt").GetDateTimeOffset() <= status.GetProperty("at").GetDateTimeOffset());
        var device = status.GetProperty("devices")[0];
        Assert.Equal(10, device.GetProperty("sensors").GetArrayLength());
        Assert.Equal(1L << 30, device.GetProperty("outboxMaxBytes").GetInt64());
    }

    [Fact]
    public async Task A_person_reads_the_same_in_lines()
    {
        await using var agent = new AgentProgram(FreePort.Next());
        agent.Start();
        await agent.Process.LineAsync("has no connection");
        await WhenAsync(agent, device => device.GetProperty("lastFailure").ValueKind == JsonValueKind.String);

        var (exitCode, text) = await agent.StatusTextAsync();

        Assert.Equal(0, exitCode);
        Assert.Matches("agent +0.* runs as process", text);
        Assert.Matches("link +NOT CONNECTED: .*[Rr]efused", text);
        Assert.Matches("outbox +[0-9,]+ batch(es)? waits?, .* of 1 GiB on disk", text);
        Assert.Matches("published +nothing since the start", text);
        Assert.Matches("sensors +s0 +every 100 ms", text);
        Assert.Equal(0, await agent.Process.StopAsync());
        Assert.Matches("agent +0.* does not run; it was last seen", (await agent.StatusTextAsync()).Output);
    }

    private static async Task<JsonElement> WhenAsync(AgentProgram agent, Func<JsonElement, bool> holds)
    {
        JsonElement status = default;
        await Eventually.TrueAsync(
            async () =>
            {
                using var document = JsonDocument.Parse((await agent.StatusAsync()).Output);
                status = document.RootElement.Clone();
                return status.TryGetProperty("devices", out var devices) && devices.GetArrayLength() > 0 && holds(devices[0]);
            },
            "the status shows it");
        return status;
    }
}
