namespace Iot.EdgeAgent.Configuring;

/// <summary>How long a trial lasts already, over restarts of the agent, and whether it is proved; wakes now and then.</summary>
internal sealed class TrialTimer : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Signal _woken;
    private readonly ITimer _timer;
    private TimeSpan _before;
    private long _since;
    private int _number = 1;
    private int _proved;

    public TrialTimer(Signal woken, TimeProvider clock)
    {
        (_woken, _clock) = (woken, clock);
        _timer = clock.CreateTimer(_ => woken.Set(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Elapsed => _before + _clock.GetElapsedTime(_since);

    public bool IsProved => Volatile.Read(ref _proved) == _number;

    /// <param name="before">How long it lasted in earlier starts.</param>
    /// <param name="wake">Between two looks.</param>
    public void Begin(TimeSpan before, TimeSpan wake)
    {
        (_before, _since, _number) = (before, _clock.GetTimestamp(), _number + 1);
        _timer.Change(wake, wake);
    }

    public void End()
    {
        _number++;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>To be called when readings have arrived with what is now in force; of no effect once another trial has begun or this one ended.</summary>
    public Action Proof()
    {
        var number = _number;
        return () =>
        {
            Volatile.Write(ref _proved, number);
            _woken.Set();
        };
    }

    public void Dispose() => _timer.Dispose();
}
