using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>POST /api/v1/setup</c>: the first admin, by the setup code. <c>GET /api/v1/me</c>: who asks.</summary>
internal static class SetupEndpoint
{
    private const int LongestBody = 8192;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/setup", (HttpContext http, CancellationToken _) => JsonBody.ReadAsync(
                http, ApiJson.Default.SetupParameters, "must be {\"code\", \"name\", \"password\"} as JSON", asked => MakeAdminAsync(http, asked)))
            .AllowAnonymous().WithMetadata(new RequestSizeLimitAttribute(LongestBody)).WithSummary("The first admin, by the setup code that the gateway logged.")
            .Accepts<SetupParameters>("application/json", "*/*").Produces<UserJson>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(429);
        api.MapGet("/me", (HttpContext http) => TypedResults.Ok(new CallerJson(Caller.NameOf(http), Roles.NameOf(Caller.Of(http)!.Role)))).WithSummary("Who asks, and his role.");
    }

    public static async Task<IResult> MakeAdminAsync(HttpContext http, SetupParameters asked)
    {
        var result = await TryAsync(http.RequestServices, asked, http.Connection.RemoteIpAddress ?? IPAddress.None, http.RequestAborted);
        var isDone = result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created };
        http.RequestServices.GetRequiredService<AccessMetrics>().SignIn(isDone ? SignInOutcome.Ok : SignInOutcome.Refused);
        await http.RequestServices.GetRequiredService<AuditTrail>().WriteAsync(
            isDone
                ? new(AuditAct.Setup, $"user:{asked.Name}", Caller.AddressOf(http), http.Request.Path, Detail: "the first admin")
                : new(AuditAct.SetupRefused, "", Caller.AddressOf(http), http.Request.Path, AuditResult.Refused, AuditedEndpoint.DetailOf(result)),
            http.RequestAborted);
        return result;
    }

    private static async Task<IResult> TryAsync(IServiceProvider services, SetupParameters asked, IPAddress from, CancellationToken cancellation)
    {
        var setup = services.GetRequiredService<SetupCode>();
        var limit = services.GetRequiredService<SignInLimit>();
        if (limit.Begin(null, from) is var wait && wait > TimeSpan.Zero) return Problem.TooMany($"Too many failures from this address. Try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        if (!setup.Matches(asked.Code ?? "")) return WrongCode;
        if (!User.IsName(asked.Name)) return Problem.BadParameter("name", asked.Name, User.AllowedName);
        if (User.PasswordProblem(asked.Name!, asked.Password) is { } allowed) return Problem.BadParameter("password", "(not shown)", allowed);
        if (await services.GetRequiredService<Passwords>().HashAsync(asked.Password!, cancellation) is not { } hash) return Problem.TooMany("Too many passwords are worked on at this moment. Try again.");

        limit.Succeeded(null, from);
        var users = services.GetRequiredService<Users>();
        return setup.Use(asked.Code!, () => users.Add(asked.Name!, Role.Admin, hash)) switch
        {
            null => WrongCode,
            UserRefusal.None => TypedResults.Created($"/api/v1/users/{asked.Name}", UserJson.Of(users.Find(asked.Name!)!)),
            _ => Problem.Conflict($"There is a user '{asked.Name}' already, who is no admin: choose another name."),
        };
    }

    private static IResult WrongCode => Problem.Forbidden(
        $"That is not the setup code, or it was used: it makes one admin, once. While there is none, the gateway logs a new one at each start and keeps it in '{SetupCode.FileName}' of its data directory.");
}
