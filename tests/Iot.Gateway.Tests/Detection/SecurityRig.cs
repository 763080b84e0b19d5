using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Iot.Gateway.Audit;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Webhook;
using Iot.Gateway.Tests.Audit;
using Iot.Gateway.Tests.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Detection;

/// <summary>The board of events with an audit log behind it, under a clock that a test sets.</summary>
internal sealed class SecurityRig : IAsyncDisposable
{
    private readonly AuditRig _audit = new();
    private readonly AuditTrail _trail;

    public SecurityRig(WebhookOptions? webhook = null)
    {
        _trail = _audit.Trail(Meters);
        _trail.Begin();
        Metrics = new(Meters);
        Queue = new(webhook ?? new(), Metrics, Clock, NullLogger<WebhookQueue>.Instance);
        Events = new(_trail, Metrics, Queue, new(), Clock, NullLogger<SecurityEvents>.Instance);
    }

    public QuietMeters Meters { get; } = new();

    public FakeTimeProvider Clock => _audit.Clock;

    public DateTimeOffset Began { get; } = new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero);

    public DetectionMetrics Metrics { get; }

    public WebhookQueue Queue { get; }

    public SecurityEvents Events { get; }

    public async Task<IReadOnlyList<AuditEntry>> AuditAsync()
    {
        await _trail.EndAsync();
        return _audit.Entries();
    }

    public async ValueTask DisposeAsync()
    {
        await _trail.EndAsync();
        _audit.Dispose();
        Meters.Dispose();
    }
}

/// <summary>The sums of what the meters of a test counted, by kind.</summary>
internal sealed class HeardCounts : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Kind), long> _sums = new();
    private readonly MeterListener _listener = new();

    public HeardCounts(QuietMeters meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Owns(instrument.Meter)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, amount, tags, _) =>
            _sums.AddOrUpdate((instrument.Name, tags.Length > 0 ? tags[0].Value as string ?? "" : ""), amount, (_, sum) => sum + amount));
        _listener.Start();
    }

    public long this[string name, string kind = ""] => _sums.GetValueOrDefault((name, kind));

    public void Dispose() => _listener.Dispose();
}
