using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>Holds writes back before they reach the circuit: while it is open, and as long as the server asked to be left alone.</summary>
/// <remarks>Thread-safe. When the circuit has been open long enough, one waiter passes and probes; the others wake when it closes.</remarks>
/// <param name="probeFor">Longest that a probe can take.</param>
internal sealed class InfluxGate(TimeSpan probeFor, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private DateTimeOffset _heldUntil;
    private DateTimeOffset _openUntil;
    private CircuitState _circuit = CircuitState.Closed;

    public CircuitState Circuit
    {
        get
        {
            lock (_lock) return _circuit;
        }
    }

    /// <summary>No write starts before <paramref name="wait"/> is over; a hold that lasts longer stays.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (_lock)
        {
            var until = clock.GetUtcNow() + wait;
            if (until > _heldUntil) _heldUntil = until;
        }
    }

    /// <summary>The circuit's state changed.</summary>
    /// <param name="state">The new one.</param>
    /// <param name="openFor">When it is open: until somebody may probe.</param>
    public void Turn(CircuitState state, TimeSpan openFor)
    {
        lock (_lock)
        {
            _circuit = state;
            if (state == CircuitState.HalfOpen) return; // the prober has passed already, see Look

            _openUntil = clock.GetUtcNow() + openFor;
            _changed.SetResult();
            _changed = New();
        }
    }

    /// <summary>Completes when a write may be tried.</summary>
    public async Task PassAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (wait, changed) = Look();
            if (wait <= TimeSpan.Zero) return;

            await changed.WaitAsync(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // time is up, or cancelled
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private (TimeSpan Wait, Task Changed) Look()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var until = _circuit == CircuitState.Closed || _heldUntil > _openUntil ? _heldUntil : _openUntil;
            if (until <= now && _circuit != CircuitState.Closed) _openUntil = now + probeFor;

            return (until - now, _changed.Task);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
