namespace Iot.Gateway.Dashboard.Live;

/// <summary>Sinks, spool and store as of this second, made once for everybody who looks. Costs nothing while nobody does. Thread-safe.</summary>
internal sealed class SinksWatch(GatewayView view, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.9);

    private readonly Lock _gate = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly Dictionary<string, RateWindow> _rates = new(StringComparer.Ordinal);
    private readonly RateWindow _bytes = new();
    private readonly RateWindow _syncs = new();
    private readonly RateWindow _syncMicroseconds = new();
    private SinksFrame? _last;
    private TimeSpan _lastAt;

    public SinksFrame Current()
    {
        lock (_gate)
        {
            var at = clock.GetElapsedTime(_started);
            if (_last is not null && at - _lastAt < Fresh) return _last;

            _lastAt = at;
            return _last = new(
                [.. view.Figures.Sinks().Select(sink => SinkDetailFrame.Of(sink, RateOfLocked(sink.Name).Add(at, sink.Stored)))],
                SpoolLocked(at),
                view.Store() is { } store ? StoreFrame.Of(store) : null,
                view.Replays(),
                view.BackupBytes());
        }
    }

    private SpoolFrame SpoolLocked(TimeSpan at)
    {
        var journal = view.Figures.Journal();
        var syncs = _syncs.Add(at, journal.Syncs);
        var microseconds = _syncMicroseconds.Add(at, (long)journal.SyncTime.TotalMicroseconds);
        return new(
            journal.Records, journal.Bytes, journal.MaxBytes, journal.IsFull, Moments.OfNs(view.OldestInSpool()),
            Math.Round(_bytes.Add(at, journal.AppendedBytes), 1), Math.Round(syncs, 1), syncs > 0 ? Math.Round(microseconds / syncs / 1000, 2) : null);
    }

    private RateWindow RateOfLocked(string sink)
    {
        if (!_rates.TryGetValue(sink, out var window)) _rates[sink] = window = new();
        return window;
    }
}
