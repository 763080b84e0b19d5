using System.Net;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Access;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>: a name and a password, or a key, for a session.</summary>
internal static class SignInRoutes
{
    public const int LongestForm = 8192;

    private const string BadPassword = "Name or password is wrong.";
    private const string BadKey = "That is not a key of this gateway. Check for characters left out when it was copied.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", (string? to, HttpContext http, Page page) => Caller.Of(http) is { Session: not null } or { Name: "local" }
                ? Results.LocalRedirect(ReturnPath.Of(to)) : page.Of<SignInPage>(StatusCodes.Status200OK, (nameof(SignInPage.To), ReturnPath.Of(to))))
            .AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-in", EnterAsync).AllowAnonymous().WithMetadata(new OurForm(), new RequestSizeLimitAttribute(LongestForm)).ExcludeFromDescription();
        routes.MapPost("/sign-out", LeaveAsync).AllowAnonymous().WithMetadata(new RequestSizeLimitAttribute(LongestForm)).ExcludeFromDescription();
    }

    /// <summary>From now on the browser is known by its cookie.</summary>
    public static async Task BeginAsync(HttpContext http, Session session)
    {
        await http.SignInAsync(AccessServices.Sessions, session.ToPrincipal());
        http.RequestServices.GetRequiredService<AccessMetrics>().SignIn(SignInOutcome.Ok);
        Tell(http, new(AuditAct.SignIn, http.RequestServices.GetRequiredService<Callers>().OfSession(session)?.Name ?? ""));
    }

    private static async Task<IResult> EnterAsync(HttpContext http, Page page, PasswordSignIn signIn, Callers callers, SignInLimit limit, Users users, TimeProvider clock)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["key"].ToString().Trim() is { Length: > 0 } key)
        {
            if (limit.Begin(null, AddressOf(http)) is var pause && pause > TimeSpan.Zero) return Refuse(http, page, SignInOutcome.LockedOut, "", pause);
            if (callers.BeginWith(key) is not { } ofKey) return Refuse(http, page, SignInOutcome.Refused, BadKey);

            limit.Succeeded(null, AddressOf(http));
            await BeginAsync(http, ofKey);
            return Results.LocalRedirect(ReturnPath.Of(form[ReturnPath.Parameter]));
        }

        var name = form["name"].ToString().Trim();
        var (result, user, wait) = await signIn.TryAsync(name, form["password"].ToString(), AddressOf(http), http.RequestAborted);
        if (user is null) return Refuse(http, page, result, BadPassword, wait, users.Find(name)?.Name);

        users.SignedIn(user);
        await BeginAsync(http, Session.Begin(SessionKind.User, user.Name, user.Stamp, user.Role, clock));
        return Results.LocalRedirect(ReturnPath.Of(form[ReturnPath.Parameter]));
    }

    /// <param name="known">Who it is about, when there is one of that name: what else stands in the field may be a password.</param>
    private static IResult Refuse(HttpContext http, Page page, SignInOutcome result, string why, TimeSpan wait = default, string? known = null)
    {
        http.RequestServices.GetRequiredService<SignInLog>().Refused(http.Connection.RemoteIpAddress, result);
        http.RequestServices.GetRequiredService<AccessMetrics>().SignIn(result);
        Tell(http, new(
            result == SignInOutcome.LockedOut ? AuditAct.Lockout : AuditAct.SignInRefused, known is null ? "" : $"user:{known}", Result: AuditResult.Refused,
            Detail: result switch { SignInOutcome.LockedOut => "too many failures", SignInOutcome.Busy => "too many at once", _ => why is BadKey ? "wrong key" : "wrong name or password" }));
        var to = (nameof(SignInPage.To), (object)ReturnPath.Of(http.Request.Form[ReturnPath.Parameter]));
        if (result == SignInOutcome.Refused) return page.Of<SignInPage>(StatusCodes.Status401Unauthorized, (nameof(SignInPage.Refusal), why), to);

        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return page.Of<SignInPage>(StatusCodes.Status429TooManyRequests, to, (nameof(SignInPage.Refusal), result == SignInOutcome.Busy
            ? "Too many sign in at this moment. Try again."
            : $"Too many failures for this name or from this address. What was entered was not looked at; try again in {seconds} s."));
    }

    private static async Task<IResult> LeaveAsync(HttpContext http, EndedSessions ended)
    {
        if (Caller.Of(http) is { Session: { } session } caller)
        {
            ended.Add(session.Id, session.Ends);
            Tell(http, new(AuditAct.SignOut, caller.Name));
        }

        await http.SignOutAsync(AccessServices.Sessions);
        return Results.Redirect("/sign-in");
    }

    private static IPAddress AddressOf(HttpContext http) => http.Connection.RemoteIpAddress ?? IPAddress.None;

    private static void Tell(HttpContext http, AuditEvent what) =>
        http.RequestServices.GetRequiredService<AuditTrail>().Report(what with { From = Caller.AddressOf(http) });
}
