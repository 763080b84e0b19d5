using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>Quantiles of the last half minute, of what is counted since the start. Thread-safe.</summary>
internal sealed class RecentTimes
{
    private const int Slots = 32;

    private readonly Lock _lock = new();
    private readonly Queue<long[]> _snapshots = new();

    /// <returns>Median and 99th percentile since the oldest snapshot kept; null when nothing was counted since.</returns>
    public (TimeSpan Median, TimeSpan P99)? Add(long[] now)
    {
        long[] oldest;
        lock (_lock)
        {
            _snapshots.Enqueue(now);
            if (_snapshots.Count > Slots) _snapshots.Dequeue();
            oldest = _snapshots.Peek();
        }

        return DurationCounts.Quantile(oldest, now, 0.5) is { } median ? (median, DurationCounts.Quantile(oldest, now, 0.99)!.Value) : null;
    }
}
