using Iot.Gateway.Audit;
using Iot.Gateway.Detection.Webhook;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Detection;

/// <summary>Findings become events here: repetitions are folded into one, what is new is told to the audit log, the metrics, the log and the webhook. Thread-safe, never blocks.</summary>
/// <remarks>
/// Bounded: <see cref="MaxOpenOfKind"/> open events of a kind, whoever else comes shares one more, and <see cref="MaxClosed"/> that are over.
/// In memory only: what outlives a restart is what the audit log says.
/// </remarks>
internal sealed class SecurityEvents(
    AuditTrail audit, DetectionMetrics metrics, WebhookQueue webhook, DetectionOptions options, TimeProvider clock, ILogger<SecurityEvents> logger)
{
    public const int MaxOpenOfKind = 50;
    public const int MaxClosed = 500;

    /// <summary>Subject of the event that all beyond <see cref="MaxOpenOfKind"/> share.</summary>
    public const string Others = "(others)";

    private readonly Lock _gate = new();
    private readonly Dictionary<(SecurityEventKind Kind, string Subject), SecurityEvent> _open = [];
    private readonly Queue<SecurityEvent> _closed = new();
    private long _numbers;
    private long _version;

    public SecurityStand Stand
    {
        get
        {
            lock (_gate) return new(_open.Count, _version, audit.Refusals);
        }
    }

    public void Raise(Finding what)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            _version++;
            if (!IsKnown(what) && OpenOf(what.Kind) >= MaxOpenOfKind) what = Shared(what);
            if (_open.TryGetValue((what.Kind, what.Subject), out var open)) Repeat(open, what, now);
            else Open(what, now);
        }
    }

    /// <summary>Closes what has not been repeated for <see cref="DetectionOptions.CloseAfter"/>.</summary>
    public void CloseQuiet()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            foreach (var (key, open) in _open)
                if (now - open.Last >= options.CloseAfter) Close(key, open, now);
        }
    }

    /// <summary>Open ones and those that are over, newest first.</summary>
    public IReadOnlyList<SecurityEvent> All()
    {
        lock (_gate) return [.. _open.Values.Concat(_closed).OrderByDescending(one => one.Number)];
    }

    private bool IsKnown(Finding what) => _open.ContainsKey((what.Kind, what.Subject));

    private int OpenOf(SecurityEventKind kind) => _open.Keys.Count(key => key.Kind == kind && !key.Subject.Equals(Others, StringComparison.Ordinal));

    private static Finding Shared(Finding what) => what with { Subject = Others, Seen = $"more than {MaxOpenOfKind} at once; the last: {what.Subject}, {what.Seen}" };

    private void Open(Finding what, DateTimeOffset now)
    {
        var opened = new SecurityEvent(
            Guid.CreateVersion7(now).ToString(), ++_numbers, what, Severities.Of(what.Kind), Since: now, Last: now, what.Count, Closed: null);
        _open[(what.Kind, what.Subject)] = opened;
        metrics.Opened(what.Kind, isNew: true);
        logger.Opened(SnakeCase.Of(what.Kind), what.Subject, what.Seen, what.Normal);
        audit.Report(new(AuditAct.SecurityOpened, what.Subject, what.Address ?? "", SnakeCase.Of(what.Kind), Detail: $"{what.Seen}; usual: {what.Normal}"));
        webhook.Tell(opened);
    }

    private void Repeat(SecurityEvent open, Finding what, DateTimeOffset now)
    {
        _open[(what.Kind, what.Subject)] = open with { What = what, Last = now, Count = open.Count + what.Count };
        metrics.Opened(what.Kind, isNew: false);
    }

    private void Close((SecurityEventKind Kind, string Subject) key, SecurityEvent open, DateTimeOffset now)
    {
        var closed = open with { Closed = now };
        _version++;
        _open.Remove(key);
        _closed.Enqueue(closed);
        if (_closed.Count > MaxClosed) _closed.Dequeue();
        metrics.Closed(key.Kind);
        logger.Closed(SnakeCase.Of(key.Kind), key.Subject, open.Count);
        audit.Report(new(
            AuditAct.SecurityClosed, key.Subject, open.What.Address ?? "", SnakeCase.Of(key.Kind),
            Detail: $"not seen since {open.Last.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; the last: {open.What.Seen}", Count: open.Count));
        webhook.Tell(closed);
    }
}
