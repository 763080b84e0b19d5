namespace Iot.Gateway.Influx;

/// <summary>A clock that nobody sets: its time of day is what it was at the start, plus the time that has really passed.</summary>
/// <remarks>Gate and circuit breaker compare times of day. When the machine's clock is set back by a day, they would hold everything for a day.</remarks>
internal sealed class SteadyClock(TimeProvider inner) : TimeProvider
{
    private readonly DateTimeOffset _startedAt = inner.GetUtcNow();
    private readonly long _started = inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _startedAt + inner.GetElapsedTime(_started);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
