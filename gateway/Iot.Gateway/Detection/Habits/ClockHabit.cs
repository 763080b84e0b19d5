namespace Iot.Gateway.Detection.Habits;

/// <summary>How late a device's newest reading usually is; a clock that is behind or ahead is part of that.</summary>
/// <remarks>
/// A backlog is late, too, but less so with each message, since it is sent faster than it was measured. So only a lateness that stays where it is
/// tells of a clock: that, too, is how the usual one is learned.
/// </remarks>
internal struct ClockHabit
{
    private const int LeastMessages = 3;
    private const long NsPerTick = TimeSpan.NanosecondsPerTick;

    private bool _isKnown;
    private long _otherNs;
    private long _otherSinceNs;
    private int _otherCount;

    /// <summary>Zero until it is known.</summary>
    public long UsualNs { get; private set; }

    /// <summary>Told once it has stayed elsewhere for long enough, which is then the usual; null otherwise.</summary>
    public (string Seen, string Normal)? Add(long lateNs, long nowNs, DetectionOptions options)
    {
        var toleranceNs = options.ClockTolerance.Ticks * NsPerTick;
        if (_isKnown && Math.Abs(lateNs - UsualNs) <= toleranceNs)
        {
            UsualNs += (lateNs - UsualNs) / 16; // clocks drift
            _otherCount = 0;
            return null;
        }

        if (_otherCount == 0 || Math.Abs(lateNs - _otherNs) > toleranceNs / 3) (_otherNs, _otherSinceNs, _otherCount) = (lateNs, nowNs, 0);
        if (++_otherCount < LeastMessages || nowNs - _otherSinceNs < options.ClockHold.Ticks * NsPerTick) return null;

        var (wasKnown, before) = (_isKnown, UsualNs);
        (_isKnown, UsualNs, _otherCount) = (true, _otherNs, 0);
        if (!wasKnown) return null;

        var moved = new TimeSpan((before - UsualNs) / NsPerTick);
        return ($"its clock moved {Words.Of(moved.Duration())} {(moved < TimeSpan.Zero ? "back" : "forward")}; readings now arrive {Late(UsualNs)}", $"they arrive {Late(before)}");
    }

    private static string Late(long ns) => Math.Abs(ns) < 1_000_000_000 ? "at once" : $"{Words.Of(new TimeSpan(ns / NsPerTick).Duration())} {(ns < 0 ? "before they are measured" : "late")}";
}
