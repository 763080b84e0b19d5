using System.Runtime.InteropServices;

namespace Iot.Gateway.Detection.Habits;

/// <summary>What one series has been: its last values for median and spread, and how far it ever went.</summary>
/// <remarks>
/// A value is judged by its distance from the median in robust standard deviations (1.4826 · MAD), which are never taken for smaller than a sixth of the range
/// it has had and a twentieth of its level, a quarter while it was constant: what was constant may change a little, what jumps may jump. A counter, which only grows, is judged by
/// the logarithm of its speed.
/// </remarks>
internal sealed class SeriesHabit(ulong name)
{
    private const int LeastValues = 64;

    /// <summary>As many strange ones in a row are a new habit.</summary>
    private const int NewHabit = 20;

    /// <summary>The range forgets: with each value its ends come nearer by this part.</summary>
    private const double Forgetting = 1.0 / 1024;

    private RecentValues _recent;
    private Direction _direction;
    private double _last = double.NaN;
    private long _lastTimeNs;
    private long _sinceNs;
    private float _low;
    private float _high;
    private int _taken;
    private int _strange;

    public ulong Name => name;

    /// <summary>When a value of it last came.</summary>
    public long SeenNs { get; private set; }

    /// <summary>What is strange about it, or null: it is not, or too little is known, or it comes too soon after the last.</summary>
    public (string Seen, string Normal)? Add(double value, long timeNs, long nowNs, DetectionOptions options)
    {
        var everyNs = options.ValueEvery.Ticks * TimeSpan.NanosecondsPerTick;
        var elapsedNs = timeNs - _lastTimeNs;
        var isFirst = double.IsNaN(_last);
        var wasSilent = nowNs - SeenNs > 60 * everyNs; // perhaps its clock was set back
        if (!isFirst && elapsedNs < everyNs && !wasSilent) return null;

        SeenNs = nowNs;
        var before = _last;
        (_last, _lastTimeNs) = (value, timeNs);
        if (isFirst) return null;

        if (_direction.Add(value.CompareTo(before))) Begin(timeNs);
        if (_direction.IsCounter) return JudgeSpeed((value - before) * 1e9 / elapsedNs, timeNs, options);

        return Judge((float)value, timeNs, options) is { } off
            ? ($"{Words.Number(value)}, {Words.Number(off.Deviations)} deviations away", $"about {Words.Number(off.Median)}, from {Words.Number(off.Low)} to {Words.Number(off.High)}")
            : null;
    }

    private (string Seen, string Normal)? JudgeSpeed(double speed, long timeNs, DetectionOptions options)
    {
        if (!(speed >= 0) || double.IsInfinity(speed)) return null; // it began again, or its clock did

        return Judge((float)Math.Log(1 + speed), timeNs, options) is { } off
            ? ($"grows by {Words.Number(speed)} a second", $"grows by about {Speed(off.Median)} a second, from {Speed(off.Low)} to {Speed(off.High)}")
            : null;
    }

    private static string Speed(double logarithm) => Words.Number(Math.Exp(logarithm) - 1);

    private void Begin(long timeNs)
    {
        _recent.Clear();
        (_taken, _strange, _sinceNs) = (0, 0, timeNs);
    }

    /// <summary>Null for what is usual, and while too little is known.</summary>
    private Strange? Judge(float value, long timeNs, DetectionOptions options)
    {
        if (_taken == 0) (_low, _high, _sinceNs) = (value, value, timeNs);

        var isKnown = _taken >= LeastValues && timeNs - _sinceNs >= options.ValueWarmUp.Ticks * TimeSpan.NanosecondsPerTick;
        var (median, deviation) = isKnown ? _recent.Spread() : default;
        var level = Math.Abs(median) / (_high > _low ? 20.0 : 4.0);
        var sigma = Math.Max(deviation, Math.Max((_high - _low) / 6.0, level));
        var distance = Math.Abs(value - median);
        if (!isKnown || sigma == 0 || distance <= options.ValueSigmas * sigma)
        {
            _strange = 0;
            Learn(value);
            return null;
        }

        var strange = new Strange(median, _low, _high, distance / sigma);
        Widen(value, (float)median, (float)(2 * options.ValueSigmas * sigma));
        if (++_strange == NewHabit) Begin(timeNs);
        return strange;
    }

    /// <summary>What comes again is strange only once or twice; but one that is out of all measure does not blind it.</summary>
    private void Widen(float value, float median, float most)
    {
        _low = Math.Min(_low, Math.Max(value, median - most));
        _high = Math.Max(_high, Math.Min(value, median + most));
    }

    private void Learn(float value)
    {
        var width = _high - _low;
        _low = Math.Min(value, (float)(_low + (width * Forgetting)));
        _high = Math.Max(value, (float)(_high - (width * Forgetting)));
        _recent.Add(value);
        _taken++;
    }

    /// <param name="Low">Of the range before it.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Strange(double Median, double Low, double High, double Deviations);
}
