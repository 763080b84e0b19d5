namespace Iot.EdgeAgent.Publishing;

/// <summary>Batches read from the outbox whose acknowledgement, or that of an older one, is still awaited.</summary>
/// <remarks>Thread-safe: the publishing loop fills it, acknowledgements arrive on the connection's thread.</remarks>
internal sealed class PublishWindow(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingBatch> _batches = new(capacity);

    public bool IsFull
    {
        get
        {
            lock (_gate) return _batches.Count >= capacity;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _batches.Count == 0;
        }
    }

    public void Add(ulong offset, byte[] payload)
    {
        lock (_gate) _batches.Enqueue(new(offset, payload));
    }

    /// <summary>The oldest batch not on its way, marked as sent; null when there is none, or <paramref name="limit"/> are.</summary>
    public PendingBatch? NextToSend(int limit)
    {
        lock (_gate)
        {
            if (_batches.Count(batch => batch.State == PendingState.Sent) >= limit) return null;

            var next = _batches.FirstOrDefault(batch => batch.State == PendingState.Waiting);
            next?.State = PendingState.Sent;
            return next;
        }
    }

    /// <summary>The connection is gone: what it did not acknowledge is sent again, in order.</summary>
    public void SendAgain()
    {
        lock (_gate)
        {
            foreach (var batch in _batches.Where(batch => batch.State == PendingState.Sent)) batch.State = PendingState.Waiting;
        }
    }

    /// <summary>The gateway did not take it: it is sent again, before any younger one.</summary>
    public void Refuse(PendingBatch refused)
    {
        lock (_gate) refused.State = PendingState.Waiting;
    }

    /// <summary>Takes the answer; the window moves on over all that is acknowledged without a gap.</summary>
    /// <returns>The offset below which everything is acknowledged; null when an older batch still is not.</returns>
    public ulong? Acknowledge(PendingBatch acknowledged)
    {
        lock (_gate)
        {
            acknowledged.State = PendingState.Acknowledged;
            ulong? next = null;
            while (_batches.TryPeek(out var oldest) && oldest.State == PendingState.Acknowledged) next = _batches.Dequeue().Offset + 1;

            return next;
        }
    }
}

/// <summary>A batch as it lies in the outbox. Its bytes never change.</summary>
internal sealed class PendingBatch(ulong offset, byte[] payload)
{
    public ulong Offset { get; } = offset;

    public byte[] Payload { get; } = payload;

    /// <summary>Belongs to the <see cref="PublishWindow"/>.</summary>
    public PendingState State { get; set; }
}

internal enum PendingState
{
    Waiting,
    Sent,
    Acknowledged,
}
