using System.Runtime.InteropServices;

namespace Iot.Gateway.Delivery;

/// <summary>A place readings end up in. One delivery loop drives each; a sink that is down holds only its own cursor.</summary>
internal interface ISink : IAsyncDisposable
{
    /// <summary>As in the key <c>Sinks</c>: <c>Embedded</c>, <c>Influx</c>. Names the cursor, too.</summary>
    string Name { get; }

    /// <summary>Writes under way at once; at least 1.</summary>
    int MaxInFlight { get; }

    /// <summary>How long a write that is not full waits for more.</summary>
    TimeSpan Linger { get; }

    /// <summary>How it is doing now. Cheap, thread-safe.</summary>
    SinkHealth Health { get; }

    /// <summary>What it went through: told by the sink itself, and by the loop that drives it.</summary>
    SinkHistory History { get; }

    /// <summary>Opens the sink, and says where it stands when it keeps its own place (its rows and offset are one transaction).</summary>
    /// <returns>The next offset it needs, or null: the checkpoint in the journal decides.</returns>
    ValueTask<ulong?> OpenAsync(CancellationToken cancellation);

    /// <summary>An empty write. Disposing it gives its buffers back.</summary>
    ISinkWrite BeginWrite();

    /// <summary>An empty write of messages that the sink was sent before, any of them; one at a time, beside those of live delivery.</summary>
    /// <remarks>Afterwards the sink holds of these messages what they say, whatever it held; where it stands stays.</remarks>
    ISinkWrite BeginReplay();
}

/// <summary>One request body or transaction being filled, then sent. Not thread-safe.</summary>
internal interface ISinkWrite : IDisposable
{
    /// <summary>No further message should be added.</summary>
    bool IsFull { get; }

    /// <summary>Takes the accepted readings of a message, encoded at once: the message is reused afterwards.</summary>
    void Add(SpooledMessage message);

    /// <summary>Completes once each reading added is stored, or refused for good. May be called again: writes are idempotent.</summary>
    /// <param name="next">One past the last journal offset that this write covers.</param>
    /// <param name="cancellation">Shutdown: gives up waiting and throws <see cref="OperationCanceledException"/>; the cursor stays.</param>
    /// <remarks>Failures that may pass (outage, overload, wrong token) are waited out and retried inside, under the circuit.</remarks>
    Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation);
}

/// <summary>How a write ended.</summary>
/// <param name="Refused">What the sink will never take: dead-lettered by the loop. Empty when all was stored.</param>
/// <param name="Attempts">1 when it went through at once.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WriteOutcome(IReadOnlyList<RefusedReading> Refused, int Attempts);

/// <summary>A reading refused by a sink for good: where it stands, why, and what the sink said.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RefusedReading(ulong Offset, int Index, RejectReason Reason, string Detail);
