namespace Iot.LoadTest.Devices;

/// <summary>What all devices together sent and what they were told. Thread-safe.</summary>
internal sealed class Tally
{
    private long _sent;
    private long _wireBytes;
    private long _acknowledged;
    private long _refused;

    public LatencyHistogram PubAck { get; } = new();

    /// <summary>Messages.</summary>
    public TallyFigures Figures => new(
        Interlocked.Read(ref _sent), Interlocked.Read(ref _acknowledged), Interlocked.Read(ref _refused), Interlocked.Read(ref _wireBytes));

    public void Sent(int messages, int bytes)
    {
        Interlocked.Add(ref _sent, messages);
        Interlocked.Add(ref _wireBytes, bytes);
    }

    public void Answered(byte reason, TimeSpan after)
    {
        if (reason >= 0x80)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        Interlocked.Increment(ref _acknowledged);
        PubAck.Record(after);
    }
}

/// <param name="Sent">Messages published.</param>
/// <param name="Acknowledged">PUBACKs without a reason against it.</param>
/// <param name="Refused">PUBACKs that say no.</param>
/// <param name="WireBytes">Bytes of all PUBLISH packets, heads and topics included.</param>
internal sealed record TallyFigures(long Sent, long Acknowledged, long Refused, long WireBytes)
{
    public TallyFigures Since(TallyFigures start) => new(
        Sent - start.Sent, Acknowledged - start.Acknowledged, Refused - start.Refused, WireBytes - start.WireBytes);
}
