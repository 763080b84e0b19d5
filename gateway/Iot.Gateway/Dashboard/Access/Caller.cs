using System.Net;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Who asks, in words for the audit log: what he showed, never the thing itself.</summary>
internal static class Caller
{
    public const string Session = "session";

    /// <summary>Of a request that was let in.</summary>
    public static string NameOf(HttpContext http) => true switch
    {
        _ when http.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } => $"user:{name}",
        _ when http.Request.Headers.Authorization.Count > 0 => "api-key",
        _ when http.Request.Cookies.ContainsKey(AccessRule.SessionCookie) => Session,
        _ => "local",
    };

    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress is { } address
        ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, http.Connection.RemotePort).ToString()
        : "";
}

/// <summary>On an endpoint that <c>Http:AllowAnonymous</c> does not open.</summary>
internal sealed class ForKnownOnly;
