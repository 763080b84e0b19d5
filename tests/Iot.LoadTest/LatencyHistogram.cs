using System.Numerics;

namespace Iot.LoadTest;

/// <summary>Counts durations in steps of 3 percent, from 1 µs to hours. Thread-safe.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 5;

    private readonly long[] _counts = new long[64 << StepBits];

    public long Count => _counts.Sum();

    public void Record(TimeSpan duration) => Interlocked.Increment(ref _counts[BucketOf((ulong)Math.Max(duration.TotalMicroseconds, 0))]);

    /// <summary>The duration that <paramref name="share"/> of all stay within, in milliseconds; NaN when there are none.</summary>
    public double PercentileMs(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        if (wanted == 0) return double.NaN;

        var bucket = 0;
        for (var seen = _counts[0]; seen < wanted; seen += _counts[bucket]) bucket++;
        return UpperBound(bucket) / 1000d;
    }

    /// <summary>Counts what <paramref name="other"/> counted as well.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++) Interlocked.Add(ref _counts[bucket], other._counts[bucket]);
    }

    public void Clear() => Array.Clear(_counts);

    /// <summary>Below 64 µs one bucket a microsecond; from there 32 buckets for each doubling.</summary>
    private static int BucketOf(ulong micros)
    {
        var shift = Math.Max(0, BitOperations.Log2(micros | 1) - StepBits);
        return (shift << StepBits) + (int)(micros >> shift);
    }

    private static ulong UpperBound(int bucket)
    {
        var shift = Math.Max(0, (bucket >> StepBits) - 1);
        return ((ulong)(bucket - (shift << StepBits)) + 1) << shift;
    }
}
