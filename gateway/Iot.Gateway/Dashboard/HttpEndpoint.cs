using System.Net;
using Iot.Gateway.Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Iot.Gateway.Dashboard;

/// <summary>Where pages and API listen.</summary>
internal static class HttpEndpoint
{
    /// <summary>In bytes. Nothing the API takes comes near; readings come over MQTT.</summary>
    private const int LargestBody = 1 << 20;

    /// <summary>Whoever begins TLS over HTTP must have finished by then.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Whoever begins a request must have sent its headers by then.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A connection without a request under way is closed then.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Kestrel listens for HTTP as configured; call it from <c>ConfigureKestrel</c>.</summary>
    /// <remarks>Kestrel's own limit would count MQTT's connections with those of HTTP, so the <see cref="HttpDoor"/> counts.</remarks>
    public static void ListenHttp(this KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;

        var url = kestrel.ApplicationServices.GetRequiredService<HttpOptions>().Url;
        var door = kestrel.ApplicationServices.GetRequiredService<HttpDoor>();
        if (url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.ListenLocalhost(url.Port, Serve);
        else if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address)) kestrel.Listen(address, url.Port, Serve);
        else kestrel.ListenAnyIP(url.Port, Serve);

        void Serve(ListenOptions listener)
        {
            listener.Use(door.Guard); // before TLS
            if (url.Scheme is "https") kestrel.ApplicationServices.GetRequiredService<TlsHandshake>().Secure(listener, asksClient: false, HandshakeTimeout);
        }
    }
}
