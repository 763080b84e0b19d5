using System.Net;
using Iot.Gateway.Audit;
using Microsoft.AspNetCore.Authorization;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Who may use pages and API. Endpoints marked AllowAnonymous are open; everything else is closed unless:</summary>
/// <remarks>
/// (1) Http:AllowAnonymous says so, for reading; (2) the key came as Bearer, or as the session of a browser that signed in;
/// (3) no key is configured and the call is from this machine, to this machine by name, not through a proxy, and, when it changes something, not from a foreign page.
/// </remarks>
internal sealed class AccessRule(HttpOptions options, ApiKey? key, AuditTrail audit)
{
    public const string SessionCookie = "iot-gateway-session";

    private const string Bearer = "Bearer ";

    public bool HasKey => key is not null;

    public bool IsOpenToAll => options.AllowAnonymous;

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (IsOpen(http) || MayUse(http))
        {
            await next(http);
            return;
        }

        audit.Report(new(
            ShowsSomething(http.Request) ? AuditAct.KeyRefused : AuditAct.AccessRefused, From: Caller.AddressOf(http),
            On: $"{http.Request.Method} {http.Request.Path}", Result: AuditResult.Refused));
        if (HasKey && WantsPage(http.Request))
        {
            http.Response.Redirect("/sign-in");
            return;
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.Unauthorized(Why(http)).ExecuteAsync(http);
    }

    /// <summary>Who may read without a key may change nothing by that.</summary>
    public bool MayUse(HttpContext http) => (options.AllowAnonymous && IsReading(http.Request) && !IsForKnownOnly(http))
        || (key is null ? IsLocal(http) && IsFromOurPages(http.Request) : ShowsKey(http.Request) || HasSession(http.Request));

    private static bool IsOpen(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static bool IsForKnownOnly(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ForKnownOnly>() is not null;

    /// <summary>A key or a session, be it a wrong one.</summary>
    private static bool ShowsSomething(HttpRequest request) => request.Headers.Authorization.Count > 0 || request.Cookies.ContainsKey(SessionCookie);

    private bool ShowsKey(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && key!.Matches(header[Bearer.Length..].Trim());

    /// <summary>A session is good only for requests that our own pages make: the cookie is SameSite=Strict, and the browser says where from.</summary>
    private bool HasSession(HttpRequest request) =>
        request.Cookies[SessionCookie] is { } session
        && key!.IsSession(session)
        && IsFromOurPages(request);

    public static bool IsFromOurPages(HttpRequest request) =>
        IsReading(request) || request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>The name matters, too: a foreign page whose name resolves to 127.0.0.1 is not this machine's user.</summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded")
        && IsLoopbackName(http.Request.Host.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private string Why(HttpContext http) => HasKey
        ? http.Request.Headers.Authorization.Count == 0
            ? "Send the key: Authorization: Bearer <Http:ApiKey>. In a browser, sign in at /sign-in."
            : "The key sent is not the one configured as Http:ApiKey or Http:ApiKeyFile."
        : "No key is configured, so only this machine may call, by the name localhost or 127.0.0.1 and not through a proxy. "
            + "Set Http:ApiKey or Http:ApiKeyFile, or Http:AllowAnonymous=true on a network where everybody may read everything.";
}
