using Iot.Wire;

namespace Iot.Gateway.Detection.Habits;

/// <summary>What one device has always done. Hold its lock.</summary>
internal sealed class DeviceHabits
{
    /// <summary>Read by others without the lock.</summary>
    public long LastSeenNs;

    private RateHabit _rate;
    private OutboxHabit _outbox;
    private ClockHabit _clock;
    private Pause _outboxPause;
    private Pause _valuePause;
    private SeriesHabits? _series;
    private bool _isForgotten;

    public void Take(ReadingBatch batch, long receivedAtNs, int bytes, bool takesValues, DetectionOptions options, SeriesBounds bounds, Action<Finding> raise)
    {
        var newestNs = Math.Max(batch.Readings[0].TimeNs, batch.Readings[^1].TimeNs);
        var lateNs = receivedAtNs - newestNs;
        var isBacklog = lateNs - _clock.UsualNs > options.BacklogAge.Ticks * TimeSpan.NanosecondsPerTick;

        if (options.UnusualRate && !isBacklog && _rate.Add(receivedAtNs, batch.Count, bytes, options) is { } excess)
            Raise(raise, batch, SecurityEventKind.UnusualRate, excess.Seen, excess.Normal);

        if (options.ClockJump && _clock.Add(lateNs, receivedAtNs, options) is { } jump)
            Raise(raise, batch, SecurityEventKind.ClockJump, jump.Seen, jump.Normal);

        if (options.SequenceRegression && !IsFromReceipt(lateNs) && batch.Identity is { } identity && _outbox.Add(identity, newestNs, options) is var finding and not OutboxFinding.None
            && _outboxPause.MaySpeak(receivedAtNs, out var times))
        {
            Raise(raise, batch, SecurityEventKind.SequenceRegression, _outbox.Describe(finding, identity), "numbers that only grow, and a life of the outbox that is over once another has begun", times);
        }

        if (options.UnusualValue && takesValues && !_isForgotten) TakeValues(batch, receivedAtNs, options, bounds, raise);
    }

    /// <summary>Others need the room.</summary>
    public void Forget(SeriesBounds bounds)
    {
        _isForgotten = true; // whoever holds it still must not take room again
        _series?.Forget(bounds);
        _series = null;
    }

    /// <summary>A device without a clock sends times relative to the receipt, in whole milliseconds at the finest: what it sends again looks new.</summary>
    private static bool IsFromReceipt(long lateNs) => lateNs % 1_000_000 == 0;

    private void TakeValues(ReadingBatch batch, long receivedAtNs, DetectionOptions options, SeriesBounds bounds, Action<Finding> raise)
    {
        _series ??= new();
        if (!_series.IsDue(receivedAtNs) || _series.Take(batch, receivedAtNs, options, bounds) is not { } strange) return;

        if (_valuePause.MaySpeak(receivedAtNs, out var times))
            Raise(raise, batch, SecurityEventKind.UnusualValue, strange.Seen(batch), strange.Normal, times);
    }

    private static void Raise(Action<Finding> raise, ReadingBatch batch, SecurityEventKind kind, string seen, string normal, long times = 1) =>
        raise(new(kind, batch.Device.Value, seen, normal) { Device = batch.Device.Value, Count = times });
}
