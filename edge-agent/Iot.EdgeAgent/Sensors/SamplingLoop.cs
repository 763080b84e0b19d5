using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Sensors.Shaping;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Samples one group of sensors at its interval. A group that hangs holds up no other: each has a loop and a thread of its own.</summary>
/// <param name="stamp">What time a round has.</param>
internal sealed class SamplingLoop(SensorGroup group, Action<ReadingBatch> handOver, Func<Stamp> stamp, TimeProvider clock, ILogger logger, Pulse pulse)
{
    /// <summary>For a round that is under way when the order to stop comes: less than systemd waits.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly SensorReadings _readings = new();
    private readonly ReadingShaper? _shaper = group.Shaping is { } shaping ? new(shaping, clock, logger) : null;
    private readonly long _started = clock.GetTimestamp();

    public string Name => group.Name;

    /// <summary>Starts its thread; default: as it is.</summary>
    public Action<Thread>? StartThread { get; init; }

    public TimeSpan Interval => group.Interval;

    public IReadOnlyList<WatchedSensor> Sensors { get; } =
        [.. group.Sensors.Select(sensor => new WatchedSensor(sensor, group.Interval, logger))];

    /// <summary>Until <paramref name="stopping"/>; rounds that were missed (a sensor took longer than its interval) are not made up for.</summary>
    /// <param name="phase">Before the first round, so that a thousand devices that start together do not speak together.</param>
    public async Task RunAsync(TimeSpan phase, CancellationToken stopping)
    {
        using var thread = new SamplingThread($"sensors {group.Name}", StartThread);
        var round = Task.CompletedTask;
        try
        {
            pulse.ExpectAtLeast(phase);
            await Task.Delay(phase, clock, stopping);
            using var timer = new PeriodicTimer(group.Interval, clock);
            do
            {
                round = Begin(thread);
                await WatchAsync(round, stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the order to stop
        }
        finally
        {
            if (await IsOverAsync(round)) End();
            else _ = EndLateAsync(round);
        }
    }

    public void SampleOnce()
    {
        var now = stamp();
        pulse.ExpectAtLeast(group.Interval);
        if (_readings.HasTime(now)) return; // after a stall the timer's next tick comes at once

        _readings.Begin(now);
        var running = DateTimeOffset.UnixEpoch + clock.GetElapsedTime(_started); // pauses are kept by a clock that nobody sets
        foreach (var sensor in Sensors) sensor.Sample(_readings, running);

        if (_shaper is not null && _shaper.CountsAnew(_readings.Batch)) HandOver(_shaper.Flush());
        HandOver(_shaper is null ? _readings.Batch : _shaper.Shape(_readings.Batch));
    }

    private Task Begin(SamplingThread thread)
    {
        if (!group.MayBlock) return Inline();

        try
        {
            return thread.RunAsync(SampleOnce);
        }
        catch (IOException e) // no thread: tried again at the next round
        {
            foreach (var sensor in Sensors) sensor.NotAsked(e.Message);
            pulse.ExpectAtLeast(group.Interval);
            return Task.CompletedTask;
        }
    }

    private Task Inline()
    {
        SampleOnce();
        return Task.CompletedTask;
    }

    /// <summary>Waits for the end of a round. One that takes too long is reported; this loop lives, so the watchdog hears from it all the same.</summary>
    private async Task WatchAsync(Task round, CancellationToken stopping)
    {
        for (var wait = group.Timeout; !round.IsCompleted; wait = group.Interval)
        {
            try
            {
                await round.WaitAsync(wait, clock, stopping);
            }
            catch (TimeoutException) // of the wait, or of the round, which is told below
            {
                if (round.IsCompleted) break; // it has just ended

                foreach (var sensor in Sensors) sensor.ReportIfAsked(group.Timeout);
                pulse.ExpectAtLeast(group.Interval);
            }
        }

        await round;
    }

    /// <summary>Whether a round that ran when the order to stop came has ended, or does so soon; else it is left to itself with its sensors.</summary>
    private async Task<bool> IsOverAsync(Task round)
    {
        await Task.WhenAny(round, Task.Delay(LastWait, clock, CancellationToken.None));
        return round.IsCompleted;
    }

    /// <summary>What it holds open (a serial port, a line of GPIO) is given back as soon as it answers: those that replace it wait for that.</summary>
    private async Task EndLateAsync(Task round)
    {
        logger.LeftBehind(group.Name);
        await Task.WhenAny(round); // however it ended
        End();
    }

    private void End()
    {
        if (_shaper is not null) HandOver(_shaper.Flush());
        foreach (var sensor in group.Sensors) sensor.Dispose();
    }

    private void HandOver(ReadingBatch readings)
    {
        if (readings.Count > 0) handOver(readings);
    }
}
