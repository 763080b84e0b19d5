using System.Diagnostics;
using Iot.CrashTest.Parts;
using Iot.Testing;

namespace Iot.CrashTest.Faults;

/// <summary>Kills the gateway 50 ms to 2 s after it was ready, sometimes with its power, sometimes together with the database, sometimes while it starts.</summary>
internal sealed class GatewayLane(GatewayUnderTest gateway, Influxd influxd, Chance chance, FaultLog log)
{
    private TimeSpan _startTook = TimeSpan.FromSeconds(1);

    /// <summary>Until <paramref name="stopping"/>; then it runs again, on a disk that works.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(chance.Between(0.05, 2), CancellationToken.None);
            await EndAsync();
            var failingDisk = chance.OneIn(4);
            if (failingDisk) log.Note(FaultKind.FailingDisk);
            await gateway.BeginAsync(failingDisk);
            while (chance.OneIn(3))
            {
                await Task.Delay(chance.Between(0, _startTook.TotalSeconds), CancellationToken.None);
                log.Note(FaultKind.GatewayKilledAtStart);
                await gateway.Process.KillAsync();
                await gateway.BeginAsync(failingDisk);
            }

            var started = Stopwatch.GetTimestamp();
            await ReadyAsync();
            _startTook = Stopwatch.GetElapsedTime(started);
        }

        await gateway.Process.StopAsync(TimeSpan.FromMinutes(2));
        await gateway.BeginAsync(failingDisk: false);
        await ReadyAsync();
    }

    private async Task ReadyAsync()
    {
        try
        {
            await gateway.ReadyAsync();
        }
        catch (InvalidOperationException) when (gateway.Process.HasExited)
        {
            throw new PartEndedException("The gateway", gateway.Process.Output);
        }
    }

    private async Task EndAsync()
    {
        if (gateway.Process.HasExited) throw new PartEndedException("The gateway", gateway.Process.Output);

        switch (chance.Next(12))
        {
            case 0:
                log.Note(FaultKind.GatewayStopped);
                await gateway.Process.StopAsync(TimeSpan.FromMinutes(2));
                break;
            case 1 or 2 or 3 when gateway.Disk.CanCut:
                log.Note(FaultKind.PowerCut);
                gateway.Disk.Cut();
                await gateway.Process.KillAsync();
                await gateway.Disk.PlugInAsync();
                break;
            case 4:
                log.Note(FaultKind.DatabaseKilled, "together with the gateway");
                log.Note(FaultKind.GatewayKilled, "together with the database");
                influxd.Process.Signal(9);
                await gateway.Process.KillAsync();
                break;
            default:
                log.Note(FaultKind.GatewayKilled);
                await gateway.Process.KillAsync();
                break;
        }
    }
}
