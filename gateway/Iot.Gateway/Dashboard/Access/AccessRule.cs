using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Who may use pages and API: each endpoint names a role or is marked AllowAnonymous; one that does neither is for admins.</summary>
/// <remarks>What a browser's cookie changes needs a token of our pages besides, and so do the forms of those who have none yet.</remarks>
internal sealed class AccessRule(Callers callers, IAntiforgery antiforgery, AuditTrail audit, AccessMetrics metrics)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var caller = callers.Find(http);
        if (caller is not null) http.Features.Set(caller);
        if (caller?.Session is null) http.User = new(); // of a session that is over

        var problem = Problem(http, caller) ?? await ForgeryAsync(http, caller);
        if (problem is null)
        {
            await next(http);
            return;
        }

        metrics.Refused(problem.Refusal);
        audit.Report(new(problem.Act, caller?.Name ?? "", Caller.AddressOf(http), $"{http.Request.Method} {http.Request.Path}", AuditResult.Refused, problem.Short));
        await AnswerAsync(http, problem);
    }

    private AccessProblem? Problem(HttpContext http, Caller? caller)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return null;

        var needed = endpoint is null ? Role.Viewer : endpoint.Metadata.GetMetadata<NeedsRole>()?.Role ?? Role.Admin; // what is not there is told to those who belong
        if (caller is null || (caller.Role < needed && caller.Name.Length == 0)) return ShowsSomething(http) ? AccessProblem.WrongCredentials(callers.HasCredentials) : AccessProblem.NoCredentials(callers.HasCredentials, needed);

        return caller.Role < needed ? AccessProblem.Forbidden(caller, needed) : null;
    }

    private async Task<AccessProblem?> ForgeryAsync(HttpContext http, Caller? caller)
    {
        if (Callers.IsReading(http.Request)) return null;
        if (caller?.Session is null && http.GetEndpoint()?.Metadata.GetMetadata<OurForm>() is null) return null;

        try
        {
            return Callers.IsFromOurPages(http.Request) && await antiforgery.IsRequestValidAsync(http) ? null : AccessProblem.Forged;
        }
        catch (Exception e) when (e is AntiforgeryValidationException or InvalidDataException)
        {
            return AccessProblem.Forged; // a form that cannot be read holds no token
        }
    }

    private async Task AnswerAsync(HttpContext http, AccessProblem problem)
    {
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            if (callers.HasCredentials && WantsPage(http.Request))
            {
                var way = ReturnPath.SignInFor(http.Request);
                if (IsFromElsewhere(http.Request)) await http.RequestServices.GetRequiredService<Page>().Of<GoOnPage>(problem.Status, (nameof(GoOnPage.To), way)).ExecuteAsync(http);
                else http.Response.Redirect(way);
                return;
            }

            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var answer = problem.Status == StatusCodes.Status403Forbidden && WantsPage(http.Request)
            ? http.RequestServices.GetRequiredService<Page>().Of<ForbiddenPage>(problem.Status, (nameof(ForbiddenPage.Why), problem.Detail))
            : problem.Answer();
        await answer.ExecuteAsync(http);
    }

    /// <summary>A key or a session, be it a wrong one.</summary>
    private static bool ShowsSomething(HttpContext http) =>
        http.Request.Headers.Authorization.Count > 0 || http.Request.Cookies.Keys.Any(name => name.EndsWith(Cookies.Session, StringComparison.Ordinal));

    /// <summary>Another site led here, so the cookie of a session was not sent, be there one or not.</summary>
    private static bool IsFromElsewhere(HttpRequest request) => request.Headers["Sec-Fetch-Site"] == "cross-site";

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}

/// <summary>On an endpoint that takes a form of our pages, whether the browser has a session or not.</summary>
internal sealed class OurForm;
