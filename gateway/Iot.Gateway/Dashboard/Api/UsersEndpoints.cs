using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/users</c>: who may sign in.</summary>
internal static class UsersEndpoints
{
    public static void Map(RouteGroupBuilder users)
    {
        users.MapGet("", List).WithSummary("Everybody who may sign in with a password.").Produces<UsersJson>();
        users.MapPost("", (HttpContext http, [FromServices] Users all, [FromServices] Passwords passwords) => JsonBody.ReadAsync(
                http, ApiJson.Default.AddUserParameters, "must be {\"name\", \"role\", \"password\"} as JSON", asked => AddAsync(asked, all, passwords, http.RequestAborted)))
            .WithSummary("A new user.").Accepts<AddUserParameters>("application/json", "*/*").Produces<UserJson>(201).ProducesProblem(400).ProducesProblem(409).Audited(AuditAct.UserAdd);
        users.MapPost("/{name}/role", (string name, HttpContext http, [FromServices] Users all) => JsonBody.ReadAsync(
                http, ApiJson.Default.RoleParameters, "must be {\"role\"} as JSON", asked => Task.FromResult(SetRole(name, asked.Role, all))))
            .WithSummary("Another role; ends the user's sessions.").Accepts<RoleParameters>("application/json", "*/*").Produces<UserJson>().ProducesProblem(404).ProducesProblem(409).Audited(AuditAct.UserRole);
        users.MapPost("/{name}/password", (string name, HttpContext http, [FromServices] Users all, [FromServices] Passwords passwords) => JsonBody.ReadAsync(
                http, ApiJson.Default.PasswordParameters, "must be {\"password\"} as JSON", asked => SetPasswordAsync(name, asked.Password, all, passwords, http.RequestAborted)))
            .WithSummary("Another password; ends the user's sessions.").Accepts<PasswordParameters>("application/json", "*/*").Produces<UserJson>().ProducesProblem(400).ProducesProblem(404).Audited(AuditAct.UserPassword);
        users.MapPost("/{name}/disable", Disable).WithSummary("Shuts the user out; ends his sessions.").Produces<UserJson>().ProducesProblem(404).ProducesProblem(409).Audited(AuditAct.UserDisable);
        users.MapPost("/{name}/enable", Enable).WithSummary("Lets the user in again.").Produces<UserJson>().ProducesProblem(404).Audited(AuditAct.UserEnable);
        users.MapDelete("/{name}", Remove).WithSummary("Forgets the user; ends his sessions.").Produces<UserJson>().ProducesProblem(404).ProducesProblem(409).Audited(AuditAct.UserRemove);
    }

    public static IResult List([FromServices] Users users) => TypedResults.Ok(new UsersJson([.. users.List().Select(UserJson.Of)]));

    public static async Task<IResult> AddAsync(AddUserParameters asked, Users users, Passwords passwords, CancellationToken cancellation)
    {
        if (!User.IsName(asked.Name)) return Problem.BadParameter("name", asked.Name, User.AllowedName);
        if (!Roles.TryParse(asked.Role, out var role)) return Problem.BadParameter("role", asked.Role, Roles.Allowed);
        if (User.PasswordProblem(asked.Name!, asked.Password) is { } allowed) return BadPassword(allowed);
        if (users.Find(asked.Name!) is not null) return Result(asked.Name!, UserRefusal.NameTaken, users);
        if (await passwords.HashAsync(asked.Password!, cancellation) is not { } hash) return TooBusy;

        var refusal = users.Add(asked.Name!, role, hash);
        return refusal == UserRefusal.None ? TypedResults.Created($"/api/v1/users/{asked.Name}", UserJson.Of(users.Find(asked.Name!)!)) : Result(asked.Name!, refusal, users);
    }

    public static IResult SetRole(string name, string? text, Users users) =>
        Roles.TryParse(text, out var role) ? Result(name, users.SetRole(name, role), users) : Problem.BadParameter("role", text, Roles.Allowed);

    public static async Task<IResult> SetPasswordAsync(string name, string? password, Users users, Passwords passwords, CancellationToken cancellation)
    {
        if (users.Find(name) is null) return Result(name, UserRefusal.NoSuchUser, users);
        if (User.PasswordProblem(name, password) is { } allowed) return BadPassword(allowed);

        return await passwords.HashAsync(password!, cancellation) is { } hash ? Result(name, users.SetPassword(name, hash), users) : TooBusy;
    }

    public static IResult Disable(string name, [FromServices] Users users) => Result(name, users.SetDisabled(name, true), users);

    public static IResult Enable(string name, [FromServices] Users users) => Result(name, users.SetDisabled(name, false), users);

    public static IResult Remove(string name, [FromServices] Users users)
    {
        var user = users.Find(name);
        return users.Remove(name) is var refusal && refusal == UserRefusal.None ? TypedResults.Ok(UserJson.Of(user!)) : Result(name, refusal, users);
    }

    private static IResult TooBusy => Problem.TooMany("Too many passwords are worked on at this moment. Nothing was changed; try again.");

    /// <summary>Never repeats what was sent.</summary>
    private static ProblemHttpResult BadPassword(string allowed) => Problem.BadParameter("password", "(not shown)", allowed);

    private static IResult Result(string name, UserRefusal refusal, Users users) => refusal switch
    {
        UserRefusal.None when users.Find(name) is { } user => TypedResults.Ok(UserJson.Of(user)),
        UserRefusal.NameTaken => Problem.Conflict($"There is a user '{name}' already."),
        UserRefusal.LastAdmin => Problem.Conflict($"'{name}' is the only admin who can sign in. Make another one first."),
        UserRefusal.TooMany => Problem.Conflict($"There are {Users.Most} users already. Remove one first."),
        _ => Problem.NotFound($"There is no user '{name}'. 'iot-gateway users list' shows those there are."),
    };
}
