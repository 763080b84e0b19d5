namespace Iot.Gateway.Observability;

/// <summary>One kind of log line that strangers can cause: it may be written once in <see cref="Period"/>, and says how many it stands for.</summary>
/// <remarks>A hostile client must not be able to fill the log. Thread-safe.</remarks>
internal sealed class QuietKind
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private long _nextTimestamp = long.MinValue;
    private long _suppressed;

    public bool MaySpeak(TimeProvider clock, out long suppressed)
    {
        var now = clock.GetTimestamp();
        var next = Volatile.Read(ref _nextTimestamp);
        var speaks = now >= next
            && Interlocked.CompareExchange(ref _nextTimestamp, now + (long)(Period.TotalSeconds * clock.TimestampFrequency), next) == next;
        suppressed = speaks ? Interlocked.Exchange(ref _suppressed, 0) : Interlocked.Increment(ref _suppressed);
        return speaks;
    }
}
