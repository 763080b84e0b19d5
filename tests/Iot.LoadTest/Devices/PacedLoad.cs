using System.Diagnostics;

namespace Iot.LoadTest.Devices;

/// <summary>One device at a fixed rate. When the window is full, latency counts from when a message was due: waiting is not forgotten.</summary>
internal sealed class PacedLoad(LoadPlan plan, Device device, int index)
{
    public async Task RunAsync(TimeSpan duration)
    {
        using var free = new SemaphoreSlim(plan.Window, plan.Window);
        var every = (double)plan.Readings * plan.Connections / plan.Rate * Stopwatch.Frequency;
        var count = (int)(duration.TotalSeconds * Stopwatch.Frequency / every);
        var start = Stopwatch.GetTimestamp() + (long)(every * index / plan.Connections);
        var receiving = plan.Qos > 0 ? ReceiveAsync(count, free) : Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(every * i);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait) await Task.Delay(wait);
            await SendAsync(due, free);
        }

        await receiving;
    }

    private async Task SendAsync(long due, SemaphoreSlim free)
    {
        if (plan.Qos == 0 || await free.WaitAsync(TimeSpan.Zero))
        {
            await device.SendAsync(1);
            return;
        }

        await free.WaitAsync();
        await device.SendAsync(1, due);
    }

    private async Task ReceiveAsync(int count, SemaphoreSlim free)
    {
        for (var answered = 0; answered < count;)
        {
            var answers = await device.ReceiveAsync();
            answered += answers;
            free.Release(answers);
        }
    }
}
