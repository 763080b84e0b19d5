using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>The real agent, a real broker, an independent recorder.</summary>
public class CrashTests
{
    /// <summary>Time enough to publish what waits, whatever else the machine does.</summary>
    private const string Patient = "--Gateway:DrainTimeout=00:00:30";

    private static readonly TimeSpan ItsEnd = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_agent_killed_five_times_has_published_every_batch_it_stored()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var recorder = await Recorder.StartAsync(broker.Port);
        await using var agent = new AgentProgram(broker.Port);

        for (var life = 0; life < 5; life++)
        {
            var before = recorder.Distinct;
            agent.Start();
            await Eventually.TrueAsync(() => recorder.Distinct >= before + 8 + 3 * life, "batches arrive");
            await agent.Process.KillAsync();
        }

        agent.Start(Patient);
        await agent.Process.LineAsync("is connected");
        Assert.Equal(0, await agent.Process.StopAsync(ItsEnd));
        await recorder.CaughtUpAsync();

        Assert.Equal(0, await agent.WaitingAsync());
        Assert.Empty(recorder.Gaps());
        Assert.Equal(0, recorder.Contradictions);
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_comes_back_costs_no_batch()
    {
        var broker = await Mosquitto.StartAsync();
        await using var recorder = await Recorder.StartAsync(broker.Port);
        await using var agent = new AgentProgram(broker.Port);
        agent.Start(Patient, "--Batching:MaxAge=00:00:00.300"); // so few batches that one row sends them all, however long it takes to connect

        for (var outage = 0; outage < 3; outage++)
        {
            var before = recorder.Distinct;
            await Eventually.TrueAsync(() => recorder.Distinct >= before + 10, "batches arrive");
            await broker.KillAsync();
            await agent.Process.LineAsync("has no connection");

            agent.Process.Signal(19); // stopped until the recorder listens again, or it would miss what the broker took
            await broker.DisposeAsync();
            broker = await Mosquitto.StartAsync(broker.Port);
            await recorder.SubscribedAsync(times: outage + 2);
            agent.Process.Signal(18);
        }

        await Eventually.TrueAsync(() => recorder.States.Count(state => state.Contains("\"online\"", StringComparison.Ordinal)) >= 4, "it is back");
        Assert.Equal(0, await agent.Process.StopAsync(ItsEnd));
        await recorder.CaughtUpAsync();

        Assert.Equal(0, await agent.WaitingAsync());
        Assert.Empty(recorder.Gaps());
        var seqs = recorder.Arrived.Select(batch => batch.Identity.Seq).Distinct().ToList();
        Assert.Equal(seqs.Order(), seqs); // in order, but for those sent again
        await Eventually.TrueAsync(() => recorder.States[^1].Contains("\"offline\"", StringComparison.Ordinal), "its farewell is heard last");
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task A_fleet_is_one_process_with_a_connection_and_an_outbox_for_each_device()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var recorder = await Recorder.StartAsync(broker.Port);
        await using var agent = new AgentProgram(broker.Port);
        agent.Start(Patient, "--Simulation:Devices", "20");

        await Eventually.TrueAsync(() => recorder.Devices == 20, "all devices publish");
        Assert.Equal(0, await agent.Process.StopAsync(ItsEnd));
        await recorder.CaughtUpAsync();

        Assert.Equal(0, await agent.WaitingAsync());
        Assert.Empty(recorder.Gaps());
        await Eventually.TrueAsync(() => recorder.States.Count(state => state.Contains("\"offline\"", StringComparison.Ordinal)) == 20, "each has said farewell");
    }
}
