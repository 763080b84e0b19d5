using Iot.Gateway.Audit;
using Iot.Gateway.Detection;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Detection;

/// <summary>What a detector raised, under a clock that a test sets.</summary>
internal sealed class Findings
{
    public FakeTimeProvider Clock { get; } = new(new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero));

    public DetectionOptions Options { get; init; } = new();

    public List<Finding> All { get; } = [];

    public void Raise(Finding finding) => All.Add(finding);

    public Finding Only(SecurityEventKind kind) => Assert.Single(All, finding => finding.Kind == kind);

    public void None(SecurityEventKind kind) => Assert.DoesNotContain(All, finding => finding.Kind == kind);

    public static AuditEvent Refused(AuditAct act, string who, string from = "192.0.2.7:5000", string detail = "", string on = "") =>
        new(act, who, from, on, AuditResult.Refused, detail);
}
