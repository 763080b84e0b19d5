using System.Net;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Who asks, and what he may do. Made once a request by <see cref="Callers"/>.</summary>
/// <param name="Name">As in the audit log: <c>user:anna</c>, <c>key:backup</c>, <c>oidc:anna</c>, <c>api-key</c> for the one of the configuration, <c>local</c>; empty for strangers who may read.</param>
internal sealed record Caller(string Name, Role Role)
{
    public static readonly Caller Local = new("local", Role.Admin);

    /// <summary>Where Http:AllowAnonymous is on.</summary>
    public static readonly Caller Stranger = new("", Role.Viewer);

    /// <summary>Not null when a browser's cookie says who he is: then what changes something needs a token of our pages.</summary>
    public Session? Session { get; init; }

    /// <summary>Null where nobody is known.</summary>
    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();

    /// <summary>Of a request that was let in, for the audit log.</summary>
    public static string NameOf(HttpContext http) => Of(http)?.Name ?? "";

    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress is { } address
        ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, http.Connection.RemotePort).ToString()
        : "";
}
