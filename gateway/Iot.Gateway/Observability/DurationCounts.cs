using System.Numerics;

namespace Iot.Gateway.Observability;

/// <summary>How long things took, counted in steps of a quarter octave from a microsecond on: a few hundred bytes, whatever is counted.</summary>
/// <remarks>Thread-safe. A quantile is at most 19 % above the true one.</remarks>
internal sealed class DurationCounts
{
    private const int StepsPerOctave = 4;
    private const int Steps = 36 * StepsPerOctave; // to 19 hours

    private readonly long[] _counts = new long[Steps];

    public void Add(TimeSpan took) => Interlocked.Increment(ref _counts[StepOf(took)]);

    /// <summary>All that was counted so far, a number a step.</summary>
    public long[] Snapshot()
    {
        var snapshot = new long[Steps];
        for (var step = 0; step < Steps; step++) snapshot[step] = Interlocked.Read(ref _counts[step]);
        return snapshot;
    }

    /// <summary>The time that this share took at most, of what was counted between two snapshots.</summary>
    /// <returns>Null when nothing was.</returns>
    public static TimeSpan? Quantile(long[] earlier, long[] later, double share)
    {
        var total = 0L;
        for (var step = 0; step < Steps; step++) total += later[step] - earlier[step];
        if (total == 0) return null;

        var (wanted, seen) = ((long)Math.Ceiling(total * share), 0L);
        for (var step = 0; step < Steps; step++)
        {
            seen += later[step] - earlier[step];
            if (seen >= wanted) return TimeSpan.FromMicroseconds(Math.Pow(2, (step + 1) / (double)StepsPerOctave));
        }

        return null;
    }

    private static int StepOf(TimeSpan took)
    {
        var micros = (ulong)Math.Max(1, took.Ticks / TimeSpan.TicksPerMicrosecond);
        var octave = BitOperations.Log2(micros);
        var quarter = (int)(Math.Log2((double)micros / (1UL << octave)) * StepsPerOctave);
        return Math.Min((octave * StepsPerOctave) + Math.Min(quarter, StepsPerOctave - 1), Steps - 1);
    }
}
