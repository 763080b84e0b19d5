namespace Iot.EdgeAgent.Observability;

/// <summary>The sign of life of one loop: it says by when it will speak again.</summary>
/// <remarks>Thread-safe: written by the loop, read by the watchdog.</remarks>
internal sealed class Pulse(string name, TimeProvider clock)
{
    /// <summary>A loop may be this much later than it said: a loaded machine, a slow disk.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private long _dueTicks = long.MaxValue;

    public string Name { get; } = name;

    public bool IsOverdue => clock.GetElapsedTime(0).Ticks > Interlocked.Read(ref _dueTicks);

    public void Expect(TimeSpan within) =>
        Interlocked.Exchange(ref _dueTicks, (clock.GetElapsedTime(0) + within + Grace).Ticks);

    /// <summary>The loop has ended as it should.</summary>
    public void End() => Interlocked.Exchange(ref _dueTicks, long.MaxValue);
}
