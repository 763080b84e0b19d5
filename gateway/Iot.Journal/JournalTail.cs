namespace Iot.Journal;

/// <summary>How far the journal is durable, and who waits for more. Thread-safe.</summary>
internal sealed class JournalTail(ulong nextOffset)
{
    private readonly Lock _gate = new();
    private ulong _next = nextOffset;
    private TaskCompletionSource? _moved;
    private bool _closed;

    public ulong NextOffset => Volatile.Read(ref _next);

    public void Publish(ulong next)
    {
        TaskCompletionSource? moved;
        lock (_gate)
        {
            Volatile.Write(ref _next, next);
            (moved, _moved) = (_moved, null);
        }

        moved?.SetResult();
    }

    /// <summary>Completes once the journal has grown past <paramref name="seen"/>.</summary>
    /// <exception cref="ObjectDisposedException">The journal was closed.</exception>
    public ValueTask WaitAsync(ulong seen, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_next > seen) return ValueTask.CompletedTask;
            ObjectDisposedException.ThrowIf(_closed, typeof(SegmentedJournal));

            _moved ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_moved.Task.WaitAsync(cancellation));
        }
    }

    public void Close()
    {
        TaskCompletionSource? moved;
        lock (_gate)
        {
            _closed = true;
            (moved, _moved) = (_moved, null);
        }

        moved?.SetException(new ObjectDisposedException(nameof(SegmentedJournal)));
    }
}
