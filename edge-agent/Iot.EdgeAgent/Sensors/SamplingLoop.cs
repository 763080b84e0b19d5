using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Samples one group of sensors at its interval. A group that hangs holds up no other: each has a loop of its own.</summary>
/// <param name="stamp">What time a round has.</param>
internal sealed class SamplingLoop(SensorGroup group, Action<ReadingBatch> handOver, Func<Stamp> stamp, TimeProvider clock, ILogger logger, Pulse pulse)
{
    private readonly SensorReadings _readings = new();
    private readonly long _started = clock.GetTimestamp();

    public string Name => group.Name;

    public TimeSpan Interval => group.Interval;

    public IReadOnlyList<WatchedSensor> Sensors { get; } =
        [.. group.Sensors.Select(sensor => new WatchedSensor(sensor, group.Interval, logger))];

    /// <summary>Until <paramref name="stopping"/>; rounds that were missed (a sensor took longer than its interval) are not made up for.</summary>
    /// <param name="phase">Before the first round, so that a thousand devices that start together do not speak together.</param>
    public async Task RunAsync(TimeSpan phase, CancellationToken stopping)
    {
        try
        {
            pulse.ExpectAtLeast(phase);
            await Task.Delay(phase, clock, stopping);
            using var timer = new PeriodicTimer(group.Interval, clock);
            do SampleOnce();
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the order to stop
        }
        finally
        {
            foreach (var sensor in group.Sensors) sensor.Dispose();
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

        handOver(_readings.Batch);
    }
}
