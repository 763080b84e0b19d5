using Iot.Gateway.Audit;
using Iot.Gateway.Detection.Connections;

namespace Iot.Gateway.Detection;

/// <summary>Lets the detectors hear what is reported to the audit log, and does now and then what no message causes.</summary>
internal sealed class DetectionRounds(
    AuditTrail audit, RefusalWatch refusals, TakeoverWatch takeovers, CertificateWatch certificates, SecurityEvents events, TimeProvider clock) : IHostedService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        audit.Reported = what =>
        {
            refusals.Heard(what);
            takeovers.Heard(what);
        };
        _timer = clock.CreateTimer(_ => Look(), null, Every, Every);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        audit.Reported = null;
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        certificates.Look();
        events.CloseQuiet();
    }
}
