using System.Diagnostics.Metrics;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Audit;

/// <summary>What the audit log counts about itself.</summary>
internal sealed class AuditMetrics
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _leftOut;
    private readonly Counter<long> _failed;

    public AuditMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _written = meter.CreateCounter<long>("iot.gateway.audit.written", "{entry}", "Entries of the audit log that are on disk.");
        _leftOut = meter.CreateCounter<long>("iot.gateway.audit.left_out", "{entry}", "Entries that were counted instead of written: a flood of refusals, or a full queue.");
        _failed = meter.CreateCounter<long>("iot.gateway.audit.failed", "{entry}", "Entries that could not be written; the log names the gap.");
    }

    public void Written(int entries) => _written.Add(entries);

    public void LeftOut() => _leftOut.Add(1);

    public void Failed(int entries) => _failed.Add(entries);
}
