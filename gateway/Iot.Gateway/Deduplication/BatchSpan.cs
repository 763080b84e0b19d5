using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>When a batch was measured: times of its oldest and its newest reading, nanoseconds since 1970. Zeros: nobody knows.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BatchSpan(long OldestNs, long NewestNs)
{
    /// <summary>Of its accepted readings: the time of one that was refused may be any.</summary>
    public static BatchSpan Of(ReadingBatch batch, Func<int, bool> isAccepted)
    {
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < batch.Count; i++)
        {
            if (!isAccepted(i)) continue;

            oldest = Math.Min(oldest, batch.Readings[i].TimeNs);
            newest = Math.Max(newest, batch.Readings[i].TimeNs);
        }

        return oldest <= newest ? new(oldest, newest) : default;
    }

    /// <summary>The usual case: all of them are accepted.</summary>
    public static BatchSpan Of(ReadingBatch batch)
    {
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        foreach (ref readonly var reading in batch.Readings)
        {
            oldest = Math.Min(oldest, reading.TimeNs);
            newest = Math.Max(newest, reading.TimeNs);
        }

        return oldest <= newest ? new(oldest, newest) : default;
    }
}
