namespace Iot.EdgeAgent.Observability;

/// <summary>The sign of life of a loop, or of several of which one must live: it says by when it will speak again.</summary>
/// <remarks>Thread-safe: written by the loops, read by the watchdog.</remarks>
internal sealed class Pulse(string name, TimeProvider clock)
{
    /// <summary>A loop may be this much later than it said: a loaded machine, a slow disk.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _due = TimeSpan.MaxValue;

    public string Name { get; } = name;

    public bool IsOverdue
    {
        get
        {
            lock (_gate) return Now > _due;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_start);

    public void Expect(TimeSpan within)
    {
        lock (_gate) _due = Now + within + Grace;
    }

    /// <summary>As <see cref="Expect"/>, but never sooner than another loop promised: one hung sensor is no reason to restart the rest.</summary>
    public void ExpectAtLeast(TimeSpan within)
    {
        lock (_gate) _due = _due == TimeSpan.MaxValue || Now + within + Grace > _due ? Now + within + Grace : _due;
    }

    /// <summary>Nothing is to be expected: idle, or ended as it should.</summary>
    public void End()
    {
        lock (_gate) _due = TimeSpan.MaxValue;
    }
}

/// <summary>All pulses of this process. Thread-safe.</summary>
internal sealed class Pulses(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<Pulse> _all = [];

    public Pulse Of(string name)
    {
        var pulse = new Pulse(name, clock);
        lock (_gate) _all.Add(pulse);
        return pulse;
    }

    /// <summary>Those of a part that may end and be begun again: its pulses end with it.</summary>
    public PulseGroup Group() => new(this);

    public void Forget(Pulse pulse)
    {
        lock (_gate) _all.Remove(pulse);
    }

    /// <summary>The first loop that is overdue; null when all is well.</summary>
    public string? Overdue()
    {
        lock (_gate) return _all.Find(pulse => pulse.IsOverdue)?.Name;
    }
}

/// <summary>Pulses of one part of the agent; when it ends, nothing more is expected of them.</summary>
internal sealed class PulseGroup(Pulses pulses) : IDisposable
{
    private readonly List<Pulse> _mine = [];

    public Pulse Of(string name)
    {
        var pulse = pulses.Of(name);
        _mine.Add(pulse);
        return pulse;
    }

    public void Dispose()
    {
        foreach (var pulse in _mine) pulses.Forget(pulse);
    }
}
