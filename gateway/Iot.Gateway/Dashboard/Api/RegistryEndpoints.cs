using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Install;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/registry</c>: which devices belong here.</summary>
internal static class RegistryEndpoints
{
    public static void Map(RouteGroupBuilder registry)
    {
        registry.MapGet("", List).WithSummary("Every device that belongs here.").Produces<RegistryJson>();
        registry.MapGet("/{id}", Show).WithSummary("One of them.").Produces<RegisteredDeviceJson>().ProducesProblem(404);
        registry.MapPost("", AddAsync).WithSummary("Expects a device from now on; answers with its enrollment token, once.")
            .Accepts<AddDeviceParameters>("application/json", "*/*").Produces<EnrollmentTokenJson>(201).ProducesProblem(400).ProducesProblem(409).ProducesProblem(415)
            .Audited(AuditAct.DeviceAdd).Needs(Role.Operator);
        registry.MapPost("/{id}/token", Token).WithSummary("A new enrollment token; an older one is void.").Produces<EnrollmentTokenJson>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .Audited(AuditAct.DeviceToken).Needs(Role.Operator);
        registry.MapPost("/{id}/disable", Disable).WithSummary("Shuts it out, with all its certificates.").Produces<RegisteredDeviceJson>().ProducesProblem(404)
            .Audited(AuditAct.DeviceDisable).Needs(Role.Operator);
        registry.MapPost("/{id}/enable", Enable).WithSummary("Lets it in again.").Produces<RegisteredDeviceJson>().ProducesProblem(404)
            .Audited(AuditAct.DeviceEnable).Needs(Role.Operator);
        registry.MapDelete("/{id}", Remove).WithSummary("Forgets it and its certificates; readings and books stay.").Produces<RegisteredDeviceJson>().ProducesProblem(404)
            .Audited(AuditAct.DeviceRemove).Needs(Role.Admin);
        PasswordEndpoints.Map(registry);
    }

    public static IResult List([FromServices] DeviceRegistry registry) => TypedResults.Ok(new RegistryJson([.. registry.List().Select(RegisteredDeviceJson.Of)]));

    public static IResult Show(string id, [FromServices] DeviceRegistry registry) =>
        DeviceId.TryParse(id, out var device) && registry.Find(device) is { } found ? TypedResults.Ok(RegisteredDeviceJson.Of(found)) : None(id);

    public static async Task<IResult> AddAsync(
        HttpContext http, [FromServices] DeviceRegistry registry, [FromServices] Enrollment enrollment, [FromServices] InstallLine install, CancellationToken cancellation)
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        try
        {
            return Add(await http.Request.ReadFromJsonAsync(ApiJson.Default.AddDeviceParameters, cancellation) ?? new(), registry, enrollment, install);
        }
        catch (JsonException e)
        {
            return Problem.BadParameter("body", e.Path, $"must be {{\"device\", \"type\", \"site\", \"tags\", \"validFor\"}} as JSON; {e.Message}");
        }
    }

    public static IResult Add(AddDeviceParameters parameters, DeviceRegistry registry, Enrollment enrollment, InstallLine install)
    {
        if (parameters.Read(out var device, out var description, out var validFor) is { } problem) return problem;
        if (enrollment.WhyNoToken is { } why) return Problem.Conflict(why);
        if (!registry.Add(device, description))
            return Problem.Conflict($"There is a device '{device}' already. A new token for it: iot-gateway devices token {device}. To begin anew: iot-gateway devices remove {device}.");

        return enrollment.NewToken(device, validFor, out var until) is { } token
            ? TypedResults.Created($"/api/v1/registry/{device}", EnrollmentTokenJson.Of(token, until, install.For(token)))
            : None(device.Value); // removed at this moment
    }

    public static IResult Token(string id, string? validFor, [FromServices] DeviceRegistry registry, [FromServices] Enrollment enrollment, [FromServices] InstallLine install)
    {
        if (AddDeviceParameters.ReadValidFor(validFor, out var duration) is { } problem) return problem;
        if (!DeviceId.TryParse(id, out var device)) return None(id);
        if (enrollment.WhyNoToken is { } why) return Problem.Conflict(why);
        if (enrollment.NewToken(device, duration, out var until) is { } token) return TypedResults.Ok(EnrollmentTokenJson.Of(token, until, install.For(token)));

        return registry.Find(device) is null ? None(id) : Problem.Conflict($"'{device}' is disabled. Let it in first: iot-gateway devices enable {device}.");
    }

    public static IResult Disable(string id, [FromServices] DeviceRegistry registry) => Change(id, registry, registry.Disable);

    public static IResult Enable(string id, [FromServices] DeviceRegistry registry) => Change(id, registry, registry.Enable);

    public static IResult Remove(string id, [FromServices] DeviceRegistry registry)
    {
        var found = DeviceId.TryParse(id, out var device) ? registry.Find(device) : null;
        return found is not null && registry.Remove(device) ? TypedResults.Ok(RegisteredDeviceJson.Of(found)) : None(id);
    }

    private static IResult Change(string id, DeviceRegistry registry, Func<DeviceId, bool> change) =>
        DeviceId.TryParse(id, out var device) && change(device) ? Show(id, registry) : None(id);

    public static ProblemHttpResult None(string id) => Problem.NotFound($"No device '{id}' is registered. 'iot-gateway devices list' shows those that are.");
}
