using System.Globalization;
using System.Net;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Finds who asks: by a key (Authorization: Bearer), by a session, or by being on this machine while nobody has credentials.</summary>
internal sealed class Callers(HttpOptions options, OidcOptions oidc, Users users, ApiKeys keys, EndedSessions ended, LocalKey local, TimeProvider clock)
{
    private const string Bearer = "Bearer ";

    private static readonly HashSet<string> ProxyHeaders = new(["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"], StringComparer.OrdinalIgnoreCase);

    private readonly ConfiguredKey? _configured = options.Key() is { Length: > 0 } text ? new(text) : null;

    /// <summary>As soon as somebody can sign in or show a key everybody must, on this machine, too.</summary>
    public bool HasCredentials => _configured is not null || oidc.IsConfigured || users.Any || keys.Any;

    /// <summary>Somebody can come in as an admin: by a password, a key or the provider.</summary>
    public bool HasAdmin => _configured is not null || oidc.MakesAdmins || users.HasAdmin || keys.HasAdmin;

    public bool IsOpenToAll => options.AllowAnonymous;

    /// <summary>Null: nobody whom we know. A wrong key is nobody, wherever it comes from.</summary>
    public Caller? Find(HttpContext http)
    {
        if (http.Request.Headers.Authorization is { Count: > 0 } header)
            return header is [{ } only] && only.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? OfKey(only[Bearer.Length..].Trim()) : null;
        if (Session.Of(http.User) is { } session && OfSession(session) is { } known) return known;
        if (!HasCredentials && IsLocal(http) && IsFromOurPages(http.Request)) return Caller.Local;

        return options.AllowAnonymous && IsReading(http.Request) ? Caller.Stranger : null;
    }

    public Caller? OfSession(Session session)
    {
        if (session.Ends <= clock.GetUtcNow() || ended.Contains(session.Id)) return null;

        return session.Kind switch
        {
            SessionKind.User => users.Find(session.Subject) is { IsDisabled: false } user && user.Stamp.Equals(session.Stamp, StringComparison.Ordinal) ? new($"user:{user.Name}", user.Role) { Session = session } : null,
            SessionKind.Key => keys.Use(long.Parse(session.Subject, CultureInfo.InvariantCulture)) is { } key ? new($"key:{key.Name}", key.Role) { Session = session } : null,
            SessionKind.ConfiguredKey => _configured is not null && _configured.Stamp.Equals(session.Stamp, StringComparison.Ordinal) ? new("api-key", Role.Admin) { Session = session } : null,
            _ => oidc.IsConfigured ? new($"oidc:{session.Subject}", session.Role) { Session = session } : null,
        };
    }

    /// <summary>The session of a browser that shows a key; null when it is none.</summary>
    public Session? BeginWith(string text)
    {
        if (_configured?.Matches(text) == true) return Session.Begin(SessionKind.ConfiguredKey, "key", _configured.Stamp, Role.Admin, clock);

        return keys.Use(text) is { } key ? Session.Begin(SessionKind.Key, key.Id.ToString(CultureInfo.InvariantCulture), "", key.Role, clock) : null;
    }

    /// <summary>The browser says where a request comes from; programs say nothing.</summary>
    public static bool IsFromOurPages(HttpRequest request) =>
        IsReading(request) || request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    public static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private Caller? OfKey(string text)
    {
        if (_configured?.Matches(text) == true) return new("api-key", Role.Admin);
        if (local.Matches(text)) return Caller.Local;

        return keys.Use(text) is { } key ? new($"key:{key.Name}", key.Role) : null;
    }

    /// <summary>The name matters, too: a foreign page whose name resolves to 127.0.0.1 is not this machine's user.</summary>
    /// <remarks>A tunnel, or a proxy that says nothing of itself, cannot be told from a program here; log and dashboard say so.</remarks>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !IsOfProxy(http.Request)
        && IsLoopbackName(http.Request.Host.Host);

    /// <summary>Proxies name themselves, or speak HTTP/1.0 as no browser and no curl does any more.</summary>
    private static bool IsOfProxy(HttpRequest request) => HttpProtocol.IsHttp10(request.Protocol) || request.Headers.Keys.Any(IsProxyHeader);

    private static bool IsProxyHeader(string name) =>
        ProxyHeaders.Contains(name) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
