using System.Globalization;

namespace Iot.EdgeAgent.Sensors;

/// <summary>A sensor and how it has fared: a failure is reported once, and the next tries come ever more rarely.</summary>
/// <remarks>Sampled by one thread; its loop may report at the same time that it hangs.</remarks>
internal sealed class WatchedSensor(ISensor sensor, TimeSpan interval, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private TimeSpan _pause;
    private DateTimeOffset _retryAt;
    private bool _asked;
    private ReadingFaults _told;

    public string Name => sensor.Name;

    /// <summary>Why it gave nothing the last time it was asked; null when all is well.</summary>
    public string? Failure { get; private set; }

    public void Sample(SensorReadings readings, DateTimeOffset now)
    {
        if (Failure is not null && now < _retryAt && !sensor.TriesByItself) return;

        try
        {
            lock (_gate) _asked = true;
            sensor.Sample(readings);
            Answered();
        }
        catch (Exception e) when (e is not OutOfMemoryException) // whatever one sensor throws, the others go on
        {
            Failed(e.Message, now);
        }

        Tell(readings.TakeFaults() & ~_told);
    }

    /// <summary>When it was asked and has not answered: it hangs.</summary>
    public void ReportIfAsked(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (!_asked) return;

            var reason = string.Create(CultureInfo.InvariantCulture, $"no answer for {timeout.TotalSeconds} s.");
            if (Failure is null) logger.SensorHangs(Name, reason);
            Failure ??= "hangs: " + reason;
        }
    }

    /// <summary>It could not even be asked.</summary>
    public void NotAsked(string reason)
    {
        lock (_gate)
        {
            if (Failure is null) logger.SensorFailed(Name, reason);
            Failure = reason;
        }
    }

    /// <summary>Each once: a program that prints wrong times does so every time.</summary>
    private void Tell(ReadingFaults faults)
    {
        _told |= faults;
        if (faults.HasFlag(ReadingFaults.Time)) logger.TimeImpossible(Name);
        if (faults.HasFlag(ReadingFaults.Text)) logger.TextTooLong(Name, SensorReadings.LongestText);
        if (faults.HasFlag(ReadingFaults.Name)) logger.NameTooLong(Name, SensorReadings.LongestName);
    }

    private void Answered()
    {
        lock (_gate)
        {
            if (Failure is not null) logger.SensorRecovered(Name);
            (_asked, Failure, _pause) = (false, null, TimeSpan.Zero);
        }
    }

    private void Failed(string reason, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (Failure is null) logger.SensorFailed(Name, reason);
            (_asked, Failure) = (false, reason);
            _pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(interval.Ticks, _pause.Ticks) * 2));
            _retryAt = now + _pause;
        }
    }
}
