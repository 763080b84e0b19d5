using Iot.Gateway.Audit;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Devices;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/ca</c>: who signs certificates, and how a change of that stands.</summary>
internal static class CaEndpoints
{
    public static void Map(RouteGroupBuilder ca)
    {
        ca.MapGet("", Show).WithSummary("The root in force, the one before while it is still trusted, and how many devices have met the new one.").Produces<CaJson>();
        ca.MapPost("/rotate", Rotate).WithSummary("A new root signs from now on. Devices that trust the one before still connect, and learn of the new one when they renew.")
            .Produces<CaJson>().ProducesProblem(409).ProducesProblem(503).Audited(AuditAct.CaRotate).Needs(Role.Admin);
        ca.MapPost("/retire", Retire).WithSummary("The root before is not trusted any more. Refused while active devices have not met the new one, unless force is true.")
            .Produces<CaJson>().ProducesProblem(409).ProducesProblem(503).Audited(AuditAct.CaRetire).Needs(Role.Admin);
    }

    public static IResult Show([FromServices] Authorities authorities, [FromServices] DeviceRegistry registry) => TypedResults.Ok(CaJson.Of(authorities, registry.List()));

    public static IResult Rotate([FromServices] Authorities authorities, [FromServices] DeviceRegistry registry) => Changed(authorities, registry, authorities.Rotate);

    public static IResult Retire([FromServices] Authorities authorities, [FromServices] DeviceRegistry registry, bool force = false)
    {
        var now = CaJson.Of(authorities, registry.List());
        return now is { Previous: not null, NotMet: > 0 } && !force
            ? Problem.Conflict($"{now.NotMet} active devices have not met the new root yet, such as {string.Join(", ", now.NotMetDevices)}: they would not trust this gateway any more. They meet it when they renew. To retire it all the same: --force.")
            : Changed(authorities, registry, authorities.Retire);
    }

    private static IResult Changed(Authorities authorities, DeviceRegistry registry, Action change)
    {
        try
        {
            change();
            return Show(authorities, registry);
        }
        catch (CaException e)
        {
            return Problem.Conflict(e.Message);
        }
    }
}

/// <param name="Root">SHA-256 of the root that new certificates lead to, hexadecimal.</param>
/// <param name="Until">End of that root.</param>
/// <param name="IssuingUntil">End of the issuing CA below it; no certificate holds longer.</param>
/// <param name="Previous">SHA-256 of the root before, while it is still trusted.</param>
/// <param name="Active">Devices that hold a certificate that is good now.</param>
/// <param name="NotMet">Those of them that got theirs before the new root was there, and may trust the one before only.</param>
/// <param name="NotMetDevices">A few of these.</param>
/// <param name="WithPassword">Devices with a password: what they trust is nobody's to know here, they are told the new root by hand.</param>
internal sealed record CaJson(string Root, string Until, string IssuingUntil, string? Previous, int Active, int NotMet, IReadOnlyList<string> NotMetDevices, int WithPassword)
{
    private const int Few = 10;

    public static CaJson Of(Authorities authorities, IReadOnlyList<RegisteredDevice> devices)
    {
        var (root, previous) = (authorities.Current.Root, authorities.PreviousRoot);
        var active = devices.Where(device => device.State == EnrollmentState.Active && device.Certificates.Any(certificate => !certificate.Revoked)).ToList();
        var notMet = previous is null ? [] : active.FindAll(device => device.Certificates.Where(certificate => !certificate.Revoked).All(certificate => certificate.Root != authorities.Current.RootFingerprint));
        return new(
            $"{Fingerprint.Of(root.RawDataMemory.Span)}", RegisteredDeviceJson.Time(new(root.NotAfter.ToUniversalTime())), RegisteredDeviceJson.Time(authorities.Current.EndsAt),
            previous is null ? null : $"{Fingerprint.Of(previous.RawDataMemory.Span)}", active.Count, notMet.Count, [.. notMet.Take(Few).Select(device => device.Id.Value)],
            devices.Count(device => device is { State: EnrollmentState.Active, PasswordHash: not null }));
    }
}
