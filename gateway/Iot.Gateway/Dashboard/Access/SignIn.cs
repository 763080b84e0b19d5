using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Pages;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A browser shows the key once and gets a cookie. Users, roles and sessions that can be ended come later.</summary>
internal static class SignIn
{
    private const int LongestForm = 4096;

    public static void Map(IEndpointRouteBuilder routes, AccessRule rule, ApiKey? key)
    {
        routes.MapGet("/sign-in", (HttpContext http, Page page) => rule.MayUse(http)
            ? Results.Redirect("/")
            : page.Of<SignInPage>()).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-in", (HttpContext http, Page page) => EnterAsync(http, page, key)).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-out", Leave).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> EnterAsync(HttpContext http, Page page, ApiKey? key)
    {
        if (!AccessRule.IsFromOurPages(http.Request)) return Problem.Forbidden("The form was sent from another site.");
        if (!http.Request.HasFormContentType || http.Request.ContentLength is null or > LongestForm) return Problem.Unauthorized("Send the form of /sign-in.");

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (key is null || !key.Matches(form["key"].ToString().Trim()))
        {
            http.RequestServices.GetRequiredService<ILogger<ApiKey>>().SignInRefused(http.Connection.RemoteIpAddress);
            Tell(http, new(AuditAct.SignInRefused, Result: AuditResult.Refused, Detail: "wrong key"));
            return page.Of<SignInPage>(StatusCodes.Status401Unauthorized, (nameof(SignInPage.Refused), true));
        }

        Tell(http, new(AuditAct.SignIn, Caller.Session));
        http.Response.Cookies.Append(AccessRule.SessionCookie, key.NewSession(), Cookie(http.Request));
        return Results.Redirect("/");
    }

    private static IResult Leave(HttpContext http)
    {
        if (!AccessRule.IsFromOurPages(http.Request)) return Problem.Forbidden("The form was sent from another site.");

        Tell(http, new(AuditAct.SignOut));
        http.Response.Cookies.Delete(AccessRule.SessionCookie, Cookie(http.Request));
        return Results.Redirect("/sign-in");
    }

    private static void Tell(HttpContext http, AuditEvent what) =>
        http.RequestServices.GetRequiredService<AuditTrail>().Report(what with { From = Caller.AddressOf(http) });

    private static CookieOptions Cookie(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        MaxAge = ApiKey.SessionLength,
        IsEssential = true,
        Path = "/",
    };
}
