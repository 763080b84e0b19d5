namespace Iot.Gateway.Detection.Habits;

/// <summary>A device's usual minute in messages, readings and bytes, learned from its minutes that had any.</summary>
internal struct RateHabit
{
    private const long MinuteNs = 60_000_000_000;

    private long _minute;
    private int _learned;
    private UsualMinute _messages;
    private UsualMinute _readings;
    private UsualMinute _bytes;

    /// <summary>Told at the moment when a minute has become too much, and again at twice and four times that; null otherwise.</summary>
    public (string Seen, string Normal)? Add(long nowNs, int readings, int bytes, DetectionOptions options)
    {
        var minute = nowNs / MinuteNs;
        if (minute != _minute) Turn(minute, options);

        var messagesOff = _messages.Add(1);
        var readingsOff = _readings.Add(readings);
        var bytesOff = _bytes.Add(bytes);
        if (!messagesOff && !readingsOff && !bytesOff) return null;

        var (what, usual) = messagesOff ? ("messages", _messages) : readingsOff ? ("readings", _readings) : ("bytes", _bytes);
        return ($"{Words.Number(usual.Now)} {what} in less than a minute", $"about {Words.Number(usual.Mean)} a minute");
    }

    private void Turn(long minute, DetectionOptions options)
    {
        if (_minute != 0)
        {
            _learned = Math.Min(_learned + 1, int.MaxValue - 1);
            var isWarm = _learned >= options.RateWarmUpMinutes;
            _messages.Turn(_learned, isWarm, options.RateFreeMessages, options.RateFactor);
            _readings.Turn(_learned, isWarm, options.RateFreeReadings, options.RateFactor);
            _bytes.Turn(_learned, isWarm, options.RateFreeBytes, options.RateFactor);
        }
        else
        {
            _messages = _readings = _bytes = new() { Limit = double.PositiveInfinity };
        }

        _minute = minute;
    }
}

/// <summary>One sum: of this minute, and what it usually comes to.</summary>
internal struct UsualMinute
{
    /// <summary>Weight of the newest minute once some have been learned.</summary>
    private const double Newest = 0.1;

    /// <summary>A spread of so many of its usual deviations is usual.</summary>
    private const double Deviations = 8;

    private double _deviation;
    private double _tellAt;

    public double Now { get; private set; }

    public double Mean { get; private set; }

    /// <summary>What is too much; infinite while nothing is known.</summary>
    public double Limit
    {
        readonly get;
        set => (field, _tellAt) = (value, value);
    }

    /// <summary>True when it has just become too much, or twice as much as when it was last told.</summary>
    public bool Add(int amount)
    {
        Now += amount;
        if (Now <= _tellAt) return false;

        _tellAt = 2 * Now;
        return true;
    }

    /// <summary>The minute is over: it is learned, but not beyond the limit, so that a new habit becomes usual within some minutes.</summary>
    public void Turn(int learned, bool isWarm, double free, double factor)
    {
        var minute = Math.Min(Now, Limit);
        var weight = Math.Max(Newest, 1.0 / learned);
        var off = minute - Mean;
        Mean += weight * off;
        if (learned > 1) _deviation += weight * (Math.Abs(off) - _deviation);
        Now = 0;
        Limit = isWarm ? Math.Max(free, Math.Max(factor * Mean, Mean + (Deviations * _deviation))) : double.PositiveInfinity;
    }
}
