using Iot.CrashTest.Parts;
using Iot.Testing;

namespace Iot.CrashTest.Faults;

/// <summary>Takes the database away: at once back, away for seconds, frozen, or killed again while it starts.</summary>
internal sealed class DatabaseLane(Influxd influxd, Chance chance, FaultLog log)
{
    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>Until <paramref name="stopping"/>; then it runs again.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(chance.Between(0.5, 4), CancellationToken.None);
            if (!await EndAsync()) continue;

            await BeginAsync();
            if (chance.OneIn(4))
            {
                await Task.Delay(chance.Between(0, 0.3), CancellationToken.None);
                log.Note(FaultKind.DatabaseKilledAtStart);
                await influxd.KillAsync();
                await BeginAsync();
            }

            await UpAsync();
        }

        await UpAsync();
    }

    /// <summary>Until it answers; begins again when it is killed together with the gateway meanwhile.</summary>
    private Task UpAsync() => Eventually.TrueAsync(
        async () =>
        {
            if (influxd.Process.HasExited) await BeginAsync();
            return await influxd.IsAnsweringAsync();
        },
        "influxd answers",
        TimeSpan.FromMinutes(2));

    private async Task BeginAsync()
    {
        log.KeepOutput("influxd", influxd.Process.Output);
        for (var torn = DatabaseLog.CutTornEnds(influxd.WalPath); torn > 0; torn--) log.Note(FaultKind.DatabaseLogTorn);
        await influxd.BeginAsync();
    }

    /// <returns>False when it goes on by itself.</returns>
    private async Task<bool> EndAsync()
    {
        if (influxd.Process.HasExited) return true; // killed together with the gateway

        switch (chance.Next(10))
        {
            case 0:
                log.Note(FaultKind.DatabaseStopped);
                await influxd.Process.StopAsync(TimeSpan.FromMinutes(2));
                return true;
            case 1 or 2:
                var frozen = chance.Between(1, 10);
                log.Note(FaultKind.DatabaseFrozen, frozen.ToString());
                influxd.Process.Signal(Stop);
                await Task.Delay(frozen, CancellationToken.None);
                influxd.Process.Signal(Continue);
                return influxd.Process.HasExited;
            case 3 or 4:
                var away = chance.Between(1, 10);
                log.Note(FaultKind.DatabaseAway, away.ToString());
                await influxd.KillAsync();
                await Task.Delay(away, CancellationToken.None);
                return true;
            default:
                log.Note(FaultKind.DatabaseKilled);
                await influxd.KillAsync();
                return true;
        }
    }
}
