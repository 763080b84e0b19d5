using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Devices;
using Iot.Wire;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/registry/{id}/password</c>: for devices that cannot do client certificates.</summary>
internal static class PasswordEndpoints
{
    public static void Map(RouteGroupBuilder registry)
    {
        registry.MapPost("/{id}/password", SetAsync).WithSummary("The one password of the device from now on: one that is made and shown once, or the one given. Connections with another end.")
            .Accepts<DevicePasswordParameters>("application/json", "*/*").Produces<DevicePasswordJson>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(415)
            .Audited(AuditAct.DevicePassword).Needs(Role.Operator);
        registry.MapDelete("/{id}/password", Remove).WithSummary("No password any more; connections with it end.").Produces<RegisteredDeviceJson>().ProducesProblem(404).Audited(AuditAct.DevicePassword).Needs(Role.Operator);
    }

    private static async Task<IResult> SetAsync(HttpContext http, string id, [FromServices] DeviceRegistry registry)
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        try
        {
            return Set(id, await http.Request.ReadFromJsonAsync(ApiJson.Default.DevicePasswordParameters, http.RequestAborted) ?? new(), registry);
        }
        catch (JsonException e)
        {
            return Problem.BadParameter("body", e.Path, "must be {\"password\"} as JSON, or {} for one that is made");
        }
    }

    public static IResult Set(string id, DevicePasswordParameters parameters, DeviceRegistry registry)
    {
        if (parameters.Password is { Length: < DevicePassword.Shortest or > DevicePassword.Longest } given)
            return Problem.Refused($"The password has {given.Length} characters; it must have {DevicePassword.Shortest} to {DevicePassword.Longest}. Without one, a good one is made.");

        var password = parameters.Password ?? DevicePassword.NewText();
        if (!DeviceId.TryParse(id, out var device) || registry.Find(device) is not { } found) return RegistryEndpoints.None(id);

        return registry.SetPassword(device, DevicePassword.Of(password))
            ? TypedResults.Ok(new DevicePasswordJson(id, id, parameters.Password is null ? password : null))
            : Problem.Conflict($"'{found.Id}' is disabled. Let it in first: iot-gateway devices enable {found.Id}.");
    }

    public static IResult Remove(string id, [FromServices] DeviceRegistry registry)
    {
        if (!DeviceId.TryParse(id, out var device) || registry.Find(device) is null) return RegistryEndpoints.None(id);

        registry.SetPassword(device, null);
        return RegistryEndpoints.Show(id, registry);
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DevicePasswordParameters
{
    [Description("12 to 256 characters; one is made when it is left out.")]
    public string? Password { get; init; }

    public override string ToString() => "a password";
}

/// <param name="Username">What the device sends as MQTT user name.</param>
/// <param name="Password">Shown here once, when it was made here.</param>
internal sealed record DevicePasswordJson(string Device, string Username, string? Password)
{
    public override string ToString() => $"password of {Device}";
}
