using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Configuring;

/// <summary>How long a trial lasts already, over restarts of the agent, and whether it is proved; wakes now and then.</summary>
internal sealed class TrialTimer : IDisposable
{
    /// <summary>So often in a trial its time is noted on disk.</summary>
    private const int NotesATrial = 5;

    private readonly TrialPatience _patience = new();
    private readonly TimeProvider _clock;
    private readonly Signal _woken;
    private readonly ITimer _timer;
    private long _looked;
    private int _number = 1;
    private int _proved;

    public TrialTimer(Signal woken, TimeProvider clock)
    {
        (_woken, _clock) = (woken, clock);
        _timer = clock.CreateTimer(_ => woken.Set(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What counts of the trial's time, as of the last look.</summary>
    public TimeSpan Elapsed => _patience.Counted;

    public bool IsProved => Volatile.Read(ref _proved) == _number;

    /// <param name="before">What counted in earlier starts.</param>
    public void Begin(TimeSpan before, TimeSpan trialTime)
    {
        (_looked, _number) = (_clock.GetTimestamp(), _number + 1);
        _patience.Begin(before);
        var wake = trialTime / NotesATrial;
        _timer.Change(wake, wake);
    }

    /// <summary>Takes in how the device has fared since the last look.</summary>
    public void Look(DeviceStatus? status, bool isTimeKnown)
    {
        var now = _clock.GetTimestamp();
        _patience.Pass(_clock.GetElapsedTime(_looked, now), status, isTimeKnown);
        _looked = now;
    }

    /// <returns>Null: it goes on.</returns>
    public string? WhyOver(AgentOptions options, DeviceStatus? status)
    {
        if (_patience.UsedUp(options) is not { } time) return null;

        var link = status is { Connected: false, LastFailure: { } failure } ? $"; the link: {failure}" : "";
        return $"no batch stored since was acknowledged within {time}{link}";
    }

    /// <summary>Not at each look: flash wears.</summary>
    public bool IsToBeNoted(double notedSeconds, TimeSpan trialTime) => Elapsed.TotalSeconds - notedSeconds >= trialTime.TotalSeconds / (2 * NotesATrial);

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
