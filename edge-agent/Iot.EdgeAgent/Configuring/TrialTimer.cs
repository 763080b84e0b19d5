namespace Iot.EdgeAgent.Configuring;

/// <summary>How long a trial lasts already, over restarts of the agent; wakes now and then.</summary>
internal sealed class TrialTimer : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private TimeSpan _before;
    private long _since;

    public TrialTimer(Signal woken, TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => woken.Set(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Another after each beginning and each end.</summary>
    public int Generation { get; private set; } = 1;

    public TimeSpan Elapsed => _before + _clock.GetElapsedTime(_since);

    /// <param name="before">How long it lasted in earlier starts.</param>
    /// <param name="wake">Between two looks.</param>
    public void Begin(TimeSpan before, TimeSpan wake)
    {
        (_before, _since, Generation) = (before, _clock.GetTimestamp(), Generation + 1);
        _timer.Change(wake, wake);
    }

    public void End()
    {
        Generation++;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
