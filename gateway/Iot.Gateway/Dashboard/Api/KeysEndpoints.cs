using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/keys</c>: the keys of programs.</summary>
internal static class KeysEndpoints
{
    public static void Map(RouteGroupBuilder keys)
    {
        keys.MapGet("", List).WithSummary("Every key, also those that were revoked.").Produces<KeysJson>();
        keys.MapPost("", (HttpContext http, [FromServices] ApiKeys all, TimeProvider clock) => JsonBody.ReadAsync(
                http, ApiJson.Default.CreateKeyParameters, "must be {\"name\", \"role\", \"validFor\"} as JSON", asked => Task.FromResult(Create(asked, Caller.NameOf(http), all, clock))))
            .WithSummary("A new key, shown in this answer only.").Accepts<CreateKeyParameters>("application/json", "*/*").Produces<NewKeyJson>(201).ProducesProblem(400).ProducesProblem(409).Audited(AuditAct.ApiKeyCreate);
        keys.MapDelete("/{id:long}", Revoke).WithSummary("Revokes a key: it is refused from now on.").Produces<KeyJson>().ProducesProblem(404).Audited(AuditAct.ApiKeyRevoke);
    }

    public static IResult List([FromServices] ApiKeys keys, TimeProvider clock) =>
        TypedResults.Ok(new KeysJson([.. keys.List().Select(key => KeyJson.Of(key, clock.GetUtcNow()))]));

    public static IResult Create(CreateKeyParameters asked, string createdBy, ApiKeys keys, TimeProvider clock)
    {
        if (!ApiKey.IsName(asked.Name)) return Problem.BadParameter("name", asked.Name, ApiKey.AllowedName);
        if (!Roles.TryParse(asked.Role, out var role)) return Problem.BadParameter("role", asked.Role, Roles.Allowed);
        TimeSpan? validFor = null;
        if (!string.IsNullOrEmpty(asked.ValidFor))
        {
            if (!DurationText.TryParse(asked.ValidFor, out var duration) || duration < TimeSpan.FromMinutes(1)) return Problem.BadParameter("validFor", asked.ValidFor, "must be a number with a unit, 1m to 366d: 1h, 30d");

            validFor = duration;
        }

        var text = ApiKey.NewText();
        return keys.Create(text, asked.Name!, role, createdBy, clock.GetUtcNow() + validFor) is { } key
            ? TypedResults.Created($"/api/v1/keys/{key.Id}", new NewKeyJson(text, KeyJson.Of(key, clock.GetUtcNow())))
            : Problem.Conflict($"There are {ApiKeys.Most} keys already. Revoke one first.");
    }

    public static IResult Revoke(long id, [FromServices] ApiKeys keys, TimeProvider clock) => keys.Revoke(id) is { } key
        ? TypedResults.Ok(KeyJson.Of(key, clock.GetUtcNow()))
        : Problem.NotFound($"There is no key {id}. 'iot-gateway keys list' shows those there are.");
}
