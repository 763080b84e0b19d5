using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Influx;

/// <summary>A fake clock that tells when somebody starts to wait, so that a test moves time neither too early nor by sleeping.</summary>
internal sealed class TimerClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _back;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - _back;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Somebody sets the time of day; timers and timestamps go on as before.</summary>
    public void SetBack(TimeSpan by) => _back += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan) _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>The next wait that is meant, such as one that is not a request's timeout.</summary>
    public async Task<TimeSpan> WaitAsync(Func<TimeSpan, bool> meant)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var wait = await _waits.Reader.ReadAsync(limit.Token);
            if (meant(wait)) return wait;
        }
    }
}
