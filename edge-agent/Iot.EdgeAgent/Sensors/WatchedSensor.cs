namespace Iot.EdgeAgent.Sensors;

/// <summary>A sensor and how it has fared: a failure is reported once, and the next tries come ever more rarely.</summary>
internal sealed class WatchedSensor(ISensor sensor, TimeSpan interval, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private TimeSpan _pause;
    private DateTimeOffset _retryAt;

    public string Name => sensor.Name;

    /// <summary>Why it gave nothing the last time it was asked; null when all is well.</summary>
    public string? Failure { get; private set; }

    public void Sample(SensorReadings readings, DateTimeOffset now)
    {
        if (Failure is not null && now < _retryAt) return;

        try
        {
            sensor.Sample(readings);
            if (Failure is not null) logger.SensorRecovered(Name);
            (Failure, _pause) = (null, TimeSpan.Zero);
        }
        catch (Exception e) when (e is not OutOfMemoryException) // whatever one sensor throws, the others go on
        {
            if (Failure is null) logger.SensorFailed(Name, e.Message);
            Failure = e.Message;
            _pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(interval.Ticks, _pause.Ticks) * 2));
            _retryAt = now + _pause;
        }
    }
}
