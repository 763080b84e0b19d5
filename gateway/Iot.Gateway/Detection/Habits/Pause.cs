namespace Iot.Gateway.Detection.Habits;

/// <summary>A device that goes on and on is told of once in ten seconds, with how often it was.</summary>
internal struct Pause
{
    private const long LengthNs = 10_000_000_000;

    private long _untilNs;
    private long _held;

    public bool MaySpeak(long nowNs, out long times)
    {
        times = ++_held;
        if (nowNs < _untilNs && _untilNs - nowNs <= LengthNs) return false; // a clock that was set back does not silence it

        (_untilNs, _held) = (nowNs + LengthNs, 0);
        return true;
    }
}
