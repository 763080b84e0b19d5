using Iot.EdgeAgent.StoreAndForward;

namespace Iot.EdgeAgent.Publishing;

/// <summary>How publishing fares, for <c>status</c>. Thread-safe: written by the publisher, read by others.</summary>
internal sealed class PublisherState
{
    private long _lastPublishedMs;
    private long _batches;
    private volatile bool _isConnected;
    private volatile string? _lastFailure;

    private readonly Lock _gate = new();
    private Action? _delivered;
    private Dictionary<Outbox, ulong> _awaited = [];

    /// <summary>Set when the connection comes or goes, when the reason for having none changes, and by the first batch that is acknowledged.</summary>
    public Signal? Changed { get; set; }

    public bool IsConnected
    {
        get => _isConnected;
        set
        {
            if (value == _isConnected) return;

            _isConnected = value;
            Changed?.Set();
        }
    }

    /// <summary>Why it was last not connected.</summary>
    public string? LastFailure
    {
        get => _lastFailure;
        set
        {
            if (string.Equals(value, _lastFailure, StringComparison.Ordinal)) return;

            _lastFailure = value;
            Changed?.Set();
        }
    }

    /// <summary>Batches acknowledged since the start.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>When the gateway last acknowledged one; null before the first.</summary>
    public DateTimeOffset? LastPublished =>
        Interlocked.Read(ref _lastPublishedMs) is var ms and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>Calls <paramref name="delivered"/> once, when a batch at or above the offset of its outbox has been acknowledged. One at a time: a later call replaces it.</summary>
    public void Await(Dictionary<Outbox, ulong> offsets, Action delivered)
    {
        lock (_gate) (_awaited, _delivered) = (offsets, delivered);
    }

    public void Published(DateTimeOffset at, Outbox outbox, ulong offset)
    {
        Action? delivered = null;
        lock (_gate)
        {
            if (_awaited.TryGetValue(outbox, out var first) && offset >= first) (delivered, _delivered) = (_delivered, null);
        }

        delivered?.Invoke();
        Interlocked.Exchange(ref _lastPublishedMs, at.ToUnixTimeMilliseconds());
        if (Interlocked.Increment(ref _batches) == 1) Changed?.Set();
    }
}
