using Iot.CrashTest.Parts;

namespace Iot.CrashTest.Faults;

/// <summary>Kills mosquitto, which loses what it has not written down yet; sometimes stops it, which loses nothing.</summary>
internal sealed class BrokerLane(BridgeBroker broker, Chance chance, FaultLog log)
{
    /// <summary>Until <paramref name="stopping"/>; then it runs again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(chance.Between(0.2, 6), CancellationToken.None);
            if (broker.Process.HasExited) throw new PartEndedException("mosquitto", broker.Process.Output);

            if (chance.OneIn(6))
            {
                log.Note(FaultKind.BrokerStopped);
                await broker.Process.StopAsync(TimeSpan.FromMinutes(2));
            }
            else
            {
                log.Note(FaultKind.BrokerKilled);
                await broker.Process.KillAsync();
            }

            await broker.BeginAsync();
        }
    }
}
