using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary><c>/setup</c>, <c>/account</c> and <c>/users</c>: pages and their forms, which do what the API does.</summary>
internal static class AccountPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(SignInRoutes.LongestForm));
        pages.MapGet("/setup", (Page page) => page.Of<SetupPage>()).AllowAnonymous();
        pages.MapPost("/setup", SetUpAsync).AllowAnonymous().WithMetadata(new OurForm());
        pages.MapGet("/account", (Page page) => page.Of<AccountPage>()).Needs(Role.Viewer);
        pages.MapPost("/account/password", ChangePasswordAsync).WithMetadata(new OurForm()).Needs(Role.Viewer);

        var admin = pages.MapGroup("").Needs(Role.Admin);
        admin.MapGet("/users", (Page page) => page.Of<UsersPage>());
        Form(admin, "/users", AuditAct.UserAdd, (http, form) => UsersEndpoints.AddAsync(
            new() { Name = form["name"], Role = form["role"], Password = form["password"] }, Of<Users>(http), Of<Passwords>(http), http.RequestAborted));
        Form(admin, "/users/{name}/role", AuditAct.UserRole, (http, form) => Task.FromResult(UsersEndpoints.SetRole(NameIn(http), form["role"], Of<Users>(http))));
        Form(admin, "/users/{name}/password", AuditAct.UserPassword, (http, form) => UsersEndpoints.SetPasswordAsync(NameIn(http), form["password"], Of<Users>(http), Of<Passwords>(http), http.RequestAborted));
        Form(admin, "/users/{name}/disable", AuditAct.UserDisable, (http, _) => Task.FromResult(UsersEndpoints.Disable(NameIn(http), Of<Users>(http))));
        Form(admin, "/users/{name}/enable", AuditAct.UserEnable, (http, _) => Task.FromResult(UsersEndpoints.Enable(NameIn(http), Of<Users>(http))));
        Form(admin, "/users/{name}/remove", AuditAct.UserRemove, (http, _) => Task.FromResult(UsersEndpoints.Remove(NameIn(http), Of<Users>(http))));
        Form(admin, "/keys", AuditAct.ApiKeyCreate, (http, form) => Task.FromResult(KeysEndpoints.Create(
            new() { Name = form["name"].ToString().Trim(), Role = form["role"], ValidFor = form["validFor"] }, Caller.NameOf(http), Of<ApiKeys>(http), Of<TimeProvider>(http))));
        Form(admin, "/keys/{id:long}/revoke", AuditAct.ApiKeyRevoke, (http, _) => Task.FromResult(KeysEndpoints.Revoke(
            long.Parse(http.GetRouteValue("id")!.ToString()!, System.Globalization.CultureInfo.InvariantCulture), Of<ApiKeys>(http), Of<TimeProvider>(http))));
    }

    /// <summary>What the API answers, as a page: the list again, or why not.</summary>
    private static void Form(RouteGroupBuilder admin, string path, AuditAct act, Func<HttpContext, IFormCollection, Task<IResult>> use) =>
        admin.MapPost(path, async (HttpContext http, CancellationToken _) => await use(http, await http.Request.ReadFormAsync(http.RequestAborted)))
            .AddEndpointFilter(async (context, next) =>
            {
                var page = Of<Page>(context.HttpContext);
                return await next(context) switch
                {
                    ProblemHttpResult problem => page.Of<UsersPage>(problem.StatusCode, (nameof(UsersPage.Refusal), problem.ProblemDetails.Detail)),
                    Created<NewKeyJson> made => page.Of<UsersPage>(StatusCodes.Status200OK, (nameof(UsersPage.NewKey), made.Value!.Text)),
                    _ => Results.Redirect("/users"),
                };
            })
            .Audited(act).WithMetadata(new OurForm()); // also while this machine needs no credentials

    private static async Task<IResult> SetUpAsync(HttpContext http, Page page, Users users, TimeProvider clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var name = form["name"].ToString().Trim();
        var result = await SetupEndpoint.MakeAdminAsync(http, new() { Code = form["code"], Name = name, Password = form["password"] });
        if (result is ProblemHttpResult problem)
            return page.Of<SetupPage>(problem.StatusCode, (nameof(SetupPage.Refusal), problem.ProblemDetails.Detail), (nameof(SetupPage.Name), name));

        if (users.Find(name) is { } user)
        {
            users.SignedIn(user);
            await SignInRoutes.BeginAsync(http, Session.Begin(SessionKind.User, user.Name, user.Stamp, user.Role, clock));
        }

        return Results.Redirect("/");
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext http, Page page, PasswordSignIn signIn, Users users, Passwords passwords, AuditTrail audit, TimeProvider clock)
    {
        if (Caller.Of(http)?.Session is not { Kind: SessionKind.User, Subject: var name }) return Problem.Forbidden("Only somebody who signed in with a password has one to change.");

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (verdict, user, wait) = await signIn.TryAsync(name, form["current"].ToString(), http.Connection.RemoteIpAddress ?? IPAddress.None, http.RequestAborted);
        var result = user is not null
            ? await UsersEndpoints.SetPasswordAsync(name, form["password"], users, passwords, http.RequestAborted)
            : verdict == SignInOutcome.Refused
                ? Problem.Refused("The current password is wrong.")
                : Problem.TooMany($"Too many failures. What was entered was not looked at; try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        var what = new AuditEvent(AuditAct.UserPassword, Caller.NameOf(http), Caller.AddressOf(http), $"{http.Request.Method} {http.Request.Path}");
        if (result is ProblemHttpResult problem)
        {
            await audit.WriteAsync(what with { Result = AuditResult.Refused, Detail = AuditedEndpoint.DetailOf(problem) }, http.RequestAborted);
            return page.Of<AccountPage>(problem.StatusCode, (nameof(AccountPage.Message), problem.ProblemDetails.Detail), (nameof(AccountPage.IsRefused), true));
        }

        await audit.WriteAsync(what, http.RequestAborted);
        if (users.Find(name) is { } now) await SignInRoutes.BeginAsync(http, Session.Begin(SessionKind.User, now.Name, now.Stamp, now.Role, clock));
        return Results.Redirect("/account");
    }

    private static string NameIn(HttpContext http) => http.GetRouteValue("name")?.ToString() ?? "";

    private static T Of<T>(HttpContext http) where T : notnull => http.RequestServices.GetRequiredService<T>();
}
