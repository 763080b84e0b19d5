using Iot.EdgeAgent.Observability;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Samples one group of sensors at its interval. A group that hangs holds up no other: each has a loop of its own.</summary>
internal sealed class SamplingLoop(SensorGroup group, Action<ReadingBatch> handOver, TimeProvider clock, ILogger logger, Pulse pulse)
{
    private const int FirstYear = 2020;

    private readonly SensorReadings _readings = new();
    private bool _clockReported;

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
        pulse.ExpectAtLeast(group.Interval);
        if (!IsClockSet(now) || _readings.HasTime(now)) return; // after a stall the timer's next tick comes at once

        _readings.Begin(now);
        foreach (var sensor in Sensors) sensor.Sample(_readings, now);

        handOver(_readings.Batch);
    }

    /// <summary>A board without a battery starts in 1970; a reading with that time would be one of no time at all.</summary>
    private bool IsClockSet(DateTimeOffset now)
    {
        var isSet = now.Year >= FirstYear;
        if (!isSet && !_clockReported) logger.ClockNotSet(group.Name, now);
        _clockReported = !isSet;
        return isSet;
    }
}
