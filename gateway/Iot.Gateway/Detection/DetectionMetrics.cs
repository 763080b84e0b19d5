using System.Diagnostics.Metrics;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Detection;

/// <summary>What detectors and the webhook count.</summary>
internal sealed class DetectionMetrics
{
    private static readonly KeyValuePair<string, object?>[] Kinds =
        [.. Enum.GetValues<SecurityEventKind>().Select(kind => new KeyValuePair<string, object?>("kind", SnakeCase.Of(kind)))];

    private readonly Counter<long> _events;
    private readonly Counter<long> _repeats;
    private readonly UpDownCounter<long> _open;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _givenUp;

    public DetectionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _events = meter.CreateCounter<long>("iot.gateway.security.events", "{event}", "Security events that opened, by kind.");
        _repeats = meter.CreateCounter<long>("iot.gateway.security.repeats", "{finding}", "Findings that were folded into an event already open, by kind.");
        _open = meter.CreateUpDownCounter<long>("iot.gateway.security.open", "{event}", "Security events that are open, by kind.");
        _sent = meter.CreateCounter<long>("iot.gateway.webhook.sent", "{message}", "Messages that the webhook took.");
        _failures = meter.CreateCounter<long>("iot.gateway.webhook.failures", "{attempt}", "Attempts that the webhook did not take.");
        _givenUp = meter.CreateCounter<long>("iot.gateway.webhook.given_up", "{message}", "Messages that the webhook never got: no answer for too long, refused, or too many waiting.");
    }

    public void Opened(SecurityEventKind kind, bool isNew)
    {
        if (!isNew)
        {
            _repeats.Add(1, Kinds[(int)kind]);
            return;
        }

        _events.Add(1, Kinds[(int)kind]);
        _open.Add(1, Kinds[(int)kind]);
    }

    public void Closed(SecurityEventKind kind) => _open.Add(-1, Kinds[(int)kind]);

    public void Sent() => _sent.Add(1);

    public void SendFailed() => _failures.Add(1);

    public void GaveUp() => _givenUp.Add(1);
}
