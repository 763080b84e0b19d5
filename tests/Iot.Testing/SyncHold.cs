namespace Iot.Testing;

/// <summary>A gate in front of the syncs of a <see cref="LossyDisk"/>. Thread-safe.</summary>
internal sealed class SyncHold
{
    private readonly object _gate = new(); // syncs wait on it
    private bool _isClosed;
    private TaskCompletionSource _reached = new();

    public void Begin()
    {
        lock (_gate) (_isClosed, _reached) = (true, new(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void End()
    {
        lock (_gate)
        {
            _isClosed = false;
            Monitor.PulseAll(_gate);
        }
    }

    public Task ReachedAsync(CancellationToken cancellation)
    {
        lock (_gate) return _reached.Task.WaitAsync(cancellation);
    }

    public void Pass()
    {
        lock (_gate)
        {
            if (_isClosed) _reached.TrySetResult();
            while (_isClosed) Monitor.Wait(_gate);
        }
    }
}
