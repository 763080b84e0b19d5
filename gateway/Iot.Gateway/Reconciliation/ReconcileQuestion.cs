using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>What is to be counted; null and the ends of time mean all.</summary>
/// <param name="FromNs">First reading time that counts, nanoseconds since 1970.</param>
/// <param name="ToNs">First reading time that does not count any more.</param>
/// <param name="Full">Compare the time of every reading, not only where counts differ: finds a reading that was exchanged for another.</param>
internal sealed record ReconcileQuestion(
    string? Sink = null, DeviceId? Device = null, long FromNs = ReconcileQuestion.EarliestNs, long ToNs = ReconcileQuestion.LatestNs, bool Full = false)
{
    /// <summary>As far as InfluxDB's times reach, which is a nanosecond less than ours at each end.</summary>
    public const long EarliestNs = long.MinValue + 2;

    public const long LatestNs = long.MaxValue - 1;

    /// <summary>Readings that one difference names one by one; those beyond are counted.</summary>
    public const int MostNamed = 1000;
}

/// <summary>How far a reconciliation is.</summary>
/// <param name="What">A phrase: <c>reading the journal</c>.</param>
/// <param name="Share">0 to 1; null when it cannot be known.</param>
internal sealed record ReconcileProgress(string What, double? Share = null);
