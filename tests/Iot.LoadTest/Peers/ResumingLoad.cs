using System.Diagnostics;
using System.Net.Sockets;
using Iot.LoadTest.Devices;

namespace Iot.LoadTest.Peers;

/// <summary>A device that keeps a message until its PUBACK: when its connection breaks, it connects again and publishes the same bytes again.</summary>
internal sealed class ResumingLoad(LoadPlan plan, Device device, int index, int port)
{
    public async Task RunAsync(TimeSpan duration)
    {
        var every = TimeSpan.FromSeconds((double)plan.Readings * plan.Connections / plan.Rate);
        var first = every * ((double)index / plan.Connections);
        var started = Stopwatch.GetTimestamp();
        for (var due = first; due < duration; due += every)
        {
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } wait) await Task.Delay(wait);
            while (!await IsAcknowledgedAsync()) await ConnectAgainAsync();
        }
    }

    private async Task<bool> IsAcknowledgedAsync()
    {
        try
        {
            await device.SendAsync(1);
            await device.ReceiveAsync();
            return true;
        }
        catch (IOException)
        {
            return false; // the connection broke; whether the message is stored is not known
        }
    }

    private async Task ConnectAgainAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                await device.ConnectAgainAsync(port);
                return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                await timer.WaitForNextTickAsync(); // nobody listens yet
            }
        }
    }
}
