using Iot.EdgeAgent.Observability;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Samples one group of sensors at its interval. A group that hangs holds up no other: each has a loop of its own.</summary>
internal sealed class SamplingLoop(SensorGroup group, Action<ReadingBatch> handOver, TimeProvider clock, ILogger logger, Pulse pulse)
{
    private readonly SensorReadings _readings = new();

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
        var now = clock.GetUtcNow();
        _readings.Begin(now);
        foreach (var sensor in Sensors) sensor.Sample(_readings, now);

        handOver(_readings.Batch);
        pulse.ExpectAtLeast(group.Interval);
    }
}
