using Iot.Testing;

namespace Iot.CrashTest.Faults;

/// <summary>Kills one edge agent, whatever it is at.</summary>
internal sealed class AgentLane(AgentProcess agent, Chance chance, FaultLog log)
{
    /// <summary>Until <paramref name="stopping"/>; then it runs again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(chance.Between(0.5, 12), CancellationToken.None);
            if (agent.Process.HasExited) throw new PartEndedException(agent.Device, agent.Process.Output);

            log.Note(FaultKind.AgentKilled, agent.Device);
            await RestartAsync();
            if (!chance.OneIn(5)) continue;

            await Task.Delay(chance.Between(0, 0.3), CancellationToken.None);
            log.Note(FaultKind.AgentKilledAtStart, agent.Device);
            await RestartAsync();
        }
    }

    private async Task RestartAsync()
    {
        await agent.Process.KillAsync();
        await agent.Process.DisposeAsync();
        agent.Start();
    }
}
