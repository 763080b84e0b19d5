using Iot.LoadTest.Devices;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Peers;

/// <summary>As fast as messages reach the sink. A broker acknowledges faster than a bridge writes, so the window of a device alone bounds nothing.</summary>
internal sealed class BoundedLoad(Fleet fleet, CountingSink sink, int maxUnderWay) : IDisposable
{
    private readonly SemaphoreSlim _room = new(maxUnderWay);

    public async Task RunAsync(TimeSpan duration)
    {
        using var over = new CancellationTokenSource(duration);
        var making = MakeRoomAsync(over.Token);
        await Task.WhenAll(fleet.Devices.Select(device => Task.Run(() => RunAsync(device, over.Token))));
        await making;
    }

    public void Dispose() => _room.Dispose();

    private async Task RunAsync(Device device, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var next = Take(fleet.Plan.Window - device.InFlight);
            if (next == 0 && device.InFlight == 0)
            {
                if (!await RoomAsync(over)) break;
                next = 1;
            }

            if (next > 0) await device.SendAsync(next);
            await device.ReceiveAsync();
        }

        while (device.InFlight > 0) await device.ReceiveAsync();
    }

    private int Take(int wanted)
    {
        var taken = 0;
        while (taken < wanted && _room.Wait(TimeSpan.Zero)) taken++;
        return taken;
    }

    private async Task<bool> RoomAsync(CancellationToken over)
    {
        try
        {
            await _room.WaitAsync(over);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false; // the time is up
        }
    }

    private async Task MakeRoomAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var seen = sink.Arrived / fleet.Plan.Readings; !over.IsCancellationRequested;)
        {
            var arrived = sink.Arrived / fleet.Plan.Readings;
            if (arrived > seen) _room.Release((int)(arrived - seen));
            seen = arrived;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
