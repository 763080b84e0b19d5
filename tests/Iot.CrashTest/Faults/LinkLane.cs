using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Faults;

/// <summary>Cuts one connection after the other in the middle of a packet, so that a batch comes again while it is being committed.</summary>
internal sealed class LinkLane(RecordingProxy proxy, Chance chance, FaultLog log)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(chance.Between(0.05, 1), CancellationToken.None);
            if (proxy.CutOne(chance)) log.Note(FaultKind.LinkCut);
        }
    }
}
