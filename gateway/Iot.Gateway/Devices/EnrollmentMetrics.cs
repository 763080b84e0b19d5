using System.Diagnostics.Metrics;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Devices;

/// <summary>Counts what became of every enrollment and renewal.</summary>
internal sealed class EnrollmentMetrics
{
    private static readonly KeyValuePair<string, object?>[] Results =
        [.. Enum.GetValues<EnrollmentRefusal>().Select(refusal => new KeyValuePair<string, object?>("result", refusal == EnrollmentRefusal.None ? "given" : SnakeCase.Of(refusal)))];

    private readonly Counter<long> _enrollments;
    private readonly Counter<long> _renewals;

    public EnrollmentMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(new MeterOptions(GatewayMetrics.MeterName) { Version = GatewayVersion.Text });
        _enrollments = meter.CreateCounter<long>("iot.gateway.enrollments", "{enrollment}", "Enrollments asked for, by what became of them.");
        _renewals = meter.CreateCounter<long>("iot.gateway.renewals", "{renewal}", "Renewals of certificates asked for, by what became of them.");
    }

    public void Enrollment(EnrollmentRefusal result) => _enrollments.Add(1, Results[(int)result]);

    public void Renewal(EnrollmentRefusal result) => _renewals.Add(1, Results[(int)result]);
}
