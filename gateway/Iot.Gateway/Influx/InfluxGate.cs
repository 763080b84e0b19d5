using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>Holds writes back before they reach the circuit: while it is open, and as long as the server asked to be left alone.</summary>
/// <remarks>Thread-safe. Waiters wake when the time is up, and at once when the circuit closes.</remarks>
internal sealed class InfluxGate(TimeProvider clock)
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

    /// <summary>The circuit's state changed; open and half open last at most <paramref name="limit"/> before somebody must try.</summary>
    public void Turn(CircuitState state, TimeSpan limit)
    {
        lock (_lock)
        {
            _circuit = state;
            _openUntil = clock.GetUtcNow() + limit;
            if (state == CircuitState.HalfOpen) return;

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
            var until = _circuit == CircuitState.Closed || _heldUntil > _openUntil ? _heldUntil : _openUntil;
            return (until - clock.GetUtcNow(), _changed.Task);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
