namespace Iot.EdgeAgent.Timekeeping;

/// <summary>Asks now and then who vouches for the clock: no kernel tells by itself.</summary>
/// <remarks>Started before the devices, and so stopped after them: when it ends, nothing is stamped any more.</remarks>
internal sealed class TimeWatch(Timekeeper time, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) time.Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the order to stop
        }

        time.Close();
    }
}
