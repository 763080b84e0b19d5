namespace Iot.EdgeAgent.Publishing;

/// <summary>Sees that a connection stands, there is something to publish, and nothing flows: no batch is answered, though none is overdue by itself.</summary>
/// <remarks>
/// A publish without an answer ends its connection after <see cref="GatewayOptions.AckTimeout"/>. This is for what no such clock covers: a batch that was
/// never sent, an answer that got lost on our side, a reader that finds nothing where something lies.
/// A refusal is an answer: a gateway whose journal is full is no stall. Neither is an outage, which ends the connection; nor a full outbox, which goes on being
/// published; nor a machine that slept, for the clock stands still with it. Thread-safe.
/// </remarks>
internal sealed class FlowWatch(TimeProvider clock, TimeSpan patience)
{
    private long _last = clock.GetTimestamp();
    private int _stalls;

    /// <summary>It stalled on the connection before, too, and nothing was answered in between.</summary>
    public bool IsAgain => Volatile.Read(ref _stalls) > 1;

    /// <summary>A new connection.</summary>
    public void Begin() => Interlocked.Exchange(ref _last, clock.GetTimestamp());

    /// <summary>The gateway has said what it makes of a batch.</summary>
    public void Answered()
    {
        Begin();
        Volatile.Write(ref _stalls, 0);
    }

    /// <param name="isSomethingToDo">Something waits to be sent or answered.</param>
    public bool IsStalled(bool isSomethingToDo)
    {
        if (!isSomethingToDo) Begin();
        if (clock.GetElapsedTime(Interlocked.Read(ref _last)) <= patience) return false;

        Interlocked.Increment(ref _stalls);
        return true;
    }
}
