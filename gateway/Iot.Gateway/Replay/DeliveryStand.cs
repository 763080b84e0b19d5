using Iot.Gateway.Delivery;

namespace Iot.Gateway.Replay;

/// <summary>How far live delivery to each sink has got: what a replay may send, and what it waits for. Thread-safe.</summary>
internal sealed class DeliveryStand
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ulong> _stands = new(StringComparer.Ordinal);
    private TaskCompletionSource? _moved;

    /// <summary>False where no delivery runs: nothing is under way, and no stand will change.</summary>
    public bool Moves { get; private set; } = true;

    /// <summary>Listens to what the delivery loops report, before those who lie downstream hear it.</summary>
    public DeliveryEvents ListenTo(DeliveryEvents events) => events with
    {
        Resumed = (sink, offset) =>
        {
            Set(sink, offset);
            events.Resumed(sink, offset);
        },
        Delivered = (sink, next, tally) =>
        {
            Set(sink, next);
            events.Delivered(sink, next, tally);
        },
    };

    /// <summary>No delivery runs; this is where it will go on.</summary>
    public void Fix(string sink, ulong offset)
    {
        Moves = false;
        Set(sink, offset);
    }

    /// <summary>One past the last record that is delivered; waits for a sink that has not said yet where it stands.</summary>
    public async Task<ulong> OfAsync(string sink, CancellationToken cancellation)
    {
        await PassesAsync(sink, 0, cancellation);
        lock (_gate) return _stands[sink];
    }

    /// <summary>Completes once everything below <paramref name="offset"/> is delivered.</summary>
    public async Task PassesAsync(string sink, ulong offset, CancellationToken cancellation)
    {
        while (!HasPassed(sink, offset, out var moved)) await moved.WaitAsync(cancellation);
    }

    private bool HasPassed(string sink, ulong offset, out Task moved)
    {
        lock (_gate)
        {
            moved = (_moved ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return _stands.TryGetValue(sink, out var stand) && stand >= offset;
        }
    }

    private void Set(string sink, ulong offset)
    {
        TaskCompletionSource? moved;
        lock (_gate)
        {
            _stands[sink] = offset;
            (moved, _moved) = (_moved, null);
        }

        moved?.SetResult();
    }
}
