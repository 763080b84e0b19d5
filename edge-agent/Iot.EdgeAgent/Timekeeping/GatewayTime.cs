namespace Iot.EdgeAgent.Timekeeping;

/// <summary>What the gateway told of the time, and how well that is known.</summary>
/// <remarks>
/// When it told lies somewhere in the round trip: the middle is wrong by half of it at most. A quartz drifts, so an old answer is worth less, too;
/// a new one counts when it is the better of the two by now. Not thread-safe.
/// </remarks>
internal sealed class GatewayTime
{
    /// <summary>Of a cheap quartz in the cold, and of ours: 200 millionths.</summary>
    private const long Drift = 5_000;

    private long _wrongByAtMost;
    private long _heardNs;

    /// <summary>To be added to the counting clock; null when the gateway never told.</summary>
    public long? OffsetNs { get; private set; }

    /// <summary>Seconds by which this machine's wall clock is ahead, to the millisecond; NaN when the gateway never told.</summary>
    public double Skew { get; private set; } = double.NaN;

    /// <param name="timeNs">Of the gateway, since 1970.</param>
    /// <param name="roundTripNs">Between the question and this answer.</param>
    /// <param name="bootNs">Now, since boot.</param>
    /// <param name="wallOffsetNs">Of this machine's own clock.</param>
    /// <returns>False when what was told before is better.</returns>
    public bool Heard(long timeNs, long roundTripNs, long bootNs, long wallOffsetNs)
    {
        var wrongBy = roundTripNs / 2;
        if (OffsetNs is not null && wrongBy > _wrongByAtMost + (bootNs - _heardNs) / Drift) return false;

        var offset = timeNs + wrongBy - bootNs;
        (OffsetNs, _wrongByAtMost, _heardNs) = (offset, wrongBy, bootNs);
        Skew = Math.Round((wallOffsetNs - offset) / 1e9, 3);
        return true;
    }
}
