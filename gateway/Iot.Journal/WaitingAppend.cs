namespace Iot.Journal;

/// <summary>A record that came while too much was unwritten; it is taken in its turn.</summary>
internal sealed class WaitingAppend : TaskCompletionSource<AppendTicket>
{
    private readonly CancellationTokenRegistration _cancelling;

    public WaitingAppend(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, CancellationToken cancellation)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Payload = new byte[head.Length + body.Length];
        head.Span.CopyTo(Payload);
        body.Span.CopyTo(Payload.AsSpan(head.Length));
        _cancelling = cancellation.UnsafeRegister(
            static (waiting, token) => ((WaitingAppend)waiting!).Cancel(token), this);
    }

    private const int Waiting = 0, Claimed = 1, Cancelled = 2;
    private int _state;

    public byte[] Payload { get; }

    /// <summary>False when it was cancelled first.</summary>
    public bool TryClaim()
    {
        if (Interlocked.CompareExchange(ref _state, Claimed, Waiting) != Waiting) return false;

        _cancelling.Unregister();
        return true;
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting) TrySetCanceled(token);
    }
}
