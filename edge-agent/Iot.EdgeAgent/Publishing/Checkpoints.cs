using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Notes on disk what the gateway has acknowledged, once in ten seconds at most.</summary>
/// <remarks>
/// A note that comes late costs a few batches sent twice after a crash, which the gateway recognises. Each note writes a page:
/// once a second they were a third of what the agent wrote.
/// </remarks>
internal sealed class Checkpoints : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<Outbox> _outboxes;
    private readonly DeviceId _device;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _writing = new();
    private bool _armed;
    private bool _closed;

    public Checkpoints(IReadOnlyList<Outbox> outboxes, DeviceId device, TimeProvider clock, ILogger logger)
    {
        (_outboxes, _device, _logger) = (outboxes, device, logger);
        _timer = clock.CreateTimer(_ => Flush(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something was acknowledged.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            if (_armed) return;

            _armed = true;
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes the note now.</summary>
    public void Flush()
    {
        lock (_gate) _armed = false;

        lock (_writing)
        {
            if (_closed) return;

            foreach (var outbox in _outboxes) Write(outbox);
        }
    }

    /// <summary>The outboxes may be closed after this: a timer that is still under way does nothing.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_writing) _closed = true;
    }

    private void Write(Outbox outbox)
    {
        try
        {
            outbox.Checkpoint();
        }
        catch (IOException e)
        {
            _logger.CheckpointFailed(e, _device);
        }
    }
}
