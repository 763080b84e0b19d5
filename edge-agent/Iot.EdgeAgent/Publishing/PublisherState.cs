namespace Iot.EdgeAgent.Publishing;

/// <summary>How publishing fares, for <c>status</c>. Thread-safe: written by the publisher, read by others.</summary>
internal sealed class PublisherState
{
    private long _lastPublishedMs;
    private long _batches;

    public volatile bool IsConnected;

    public volatile string? LastFailure;

    /// <summary>Batches acknowledged since the start.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>When the gateway last acknowledged one; null before the first.</summary>
    public DateTimeOffset? LastPublished =>
        Interlocked.Read(ref _lastPublishedMs) is var ms and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public void Published(DateTimeOffset at)
    {
        Interlocked.Exchange(ref _lastPublishedMs, at.ToUnixTimeMilliseconds());
        Interlocked.Increment(ref _batches);
    }
}
