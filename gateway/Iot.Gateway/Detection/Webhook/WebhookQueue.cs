using System.Threading.Channels;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Detection.Webhook;

/// <summary>Events on their way out. Never blocks; what finds no room is counted and not sent. Thread-safe.</summary>
internal sealed class WebhookQueue(WebhookOptions options, DetectionMetrics metrics, TimeProvider clock, ILogger<WebhookQueue> logger)
{
    private readonly Channel<SecurityEvent> _waiting =
        Channel.CreateBounded<SecurityEvent>(new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });

    private readonly QuietKind _full = new();

    private int _unsent;

    public ChannelReader<SecurityEvent> Reader => _waiting.Reader;

    /// <summary>Waiting, and under way.</summary>
    public int Unsent => Volatile.Read(ref _unsent);

    public void Tell(SecurityEvent one)
    {
        if (options.Url is null || one.Severity < options.Least) return;

        Interlocked.Increment(ref _unsent);
        if (_waiting.Writer.TryWrite(one)) return;

        Settled();
        metrics.GaveUp();
        if (_full.MaySpeak(clock, out var suppressed)) logger.WebhookFull(options.MaxQueued, one.Id, suppressed);
    }

    /// <summary>One was sent or given up.</summary>
    public void Settled() => Interlocked.Decrement(ref _unsent);
}
