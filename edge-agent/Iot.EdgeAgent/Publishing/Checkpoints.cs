using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Notes on disk how far the gateway has acknowledged, once a second at most.</summary>
/// <remarks>A note that comes late costs a few batches sent twice after a crash, which the gateway recognises; one per batch would wear the flash.</remarks>
internal sealed class Checkpoints : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Outbox _outbox;
    private readonly DeviceId _device;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private ulong _next;
    private bool _armed;

    public Checkpoints(Outbox outbox, DeviceId device, TimeProvider clock, ILogger logger)
    {
        (_outbox, _device, _logger) = (outbox, device, logger);
        _timer = clock.CreateTimer(_ => Flush(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Advance(ulong next)
    {
        lock (_gate)
        {
            _next = Math.Max(_next, next);
            if (_armed) return;

            _armed = true;
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes the note now.</summary>
    public void Flush()
    {
        ulong next;
        lock (_gate) (next, _armed) = (_next, false);

        try
        {
            _outbox.Checkpoint(next);
        }
        catch (IOException e)
        {
            _logger.CheckpointFailed(e, _device);
        }
    }

    public void Dispose() => _timer.Dispose();
}
