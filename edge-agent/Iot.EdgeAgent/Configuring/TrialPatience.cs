using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Configuring;

/// <summary>How long a trial may go on without its proof. A configuration that merely takes its time is none that cut the device off.</summary>
/// <remarks>
/// Without a link <c>Remote:TrialTime</c> is all there is. With one there is also the time after which the slowest sensor must have given something, counted while
/// this machine knows what time it is (nothing is sent before); and while batches are acknowledged at all, as from a full outbox over a slow link, a multiple of it.
/// </remarks>
internal sealed class TrialPatience
{
    /// <summary>So many times as long while what was stored before is still being acknowledged.</summary>
    public const int WhileAcknowledged = 12;

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private TimeSpan _withoutLink;
    private TimeSpan _withoutAnswer;
    private long _published = long.MaxValue;

    /// <summary>What counts of the trial's time.</summary>
    public TimeSpan Counted { get; private set; }

    /// <param name="before">What counted in earlier starts of the agent.</param>
    public void Begin(TimeSpan before) => (Counted, _withoutLink, _withoutAnswer, _published) = (before, TimeSpan.Zero, TimeSpan.Zero, long.MaxValue);

    /// <param name="time">Since the last look.</param>
    /// <param name="status">Null: the outbox is not open.</param>
    public void Pass(TimeSpan time, DeviceStatus? status, bool isTimeKnown)
    {
        _withoutLink = status is { Connected: true } ? TimeSpan.Zero : _withoutLink + time;
        _withoutAnswer = status?.Published > _published ? TimeSpan.Zero : _withoutAnswer + time;
        _published = status?.Published ?? long.MaxValue;
        if (isTimeKnown) Counted += time;
    }

    /// <returns>Null: it goes on.</returns>
    public TimeSpan? UsedUp(AgentOptions options)
    {
        var trial = options.Remote.TrialTime;
        if (_withoutLink >= trial) return trial;

        var most = Longest(options);
        if (_withoutAnswer < trial && trial * WhileAcknowledged > most) most = trial * WhileAcknowledged;
        return Counted >= most ? most : null;
    }

    /// <summary>With a link: until a batch of the slowest sensor must have come.</summary>
    public static TimeSpan Longest(AgentOptions options)
    {
        var slowest = options.Sensors.Values
            .Select(sensor => sensor.Interval + sensor.Window + (sensor.Deadband is null ? TimeSpan.Zero : sensor.MaxSilence)).DefaultIfEmpty().Max();
        var needed = slowest + options.Batching.MaxAge + Margin;
        return needed > options.Remote.TrialTime ? needed : options.Remote.TrialTime;
    }
}
