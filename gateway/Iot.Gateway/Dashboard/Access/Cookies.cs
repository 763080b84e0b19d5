namespace Iot.Gateway.Dashboard.Access;

/// <summary>The cookies of the pages. Under https their names bind them to this host and to TLS.</summary>
internal static class Cookies
{
    public const string Session = "iot-gateway-session";

    private const string Csrf = "iot-gateway-csrf";
    private const string HostBound = "__Host-";

    public static string SessionName(HttpOptions options) => Prefix(options) + Session;

    public static string CsrfName(HttpOptions options) => Prefix(options) + Csrf;

    public static CookieSecurePolicy Secure(HttpOptions options) => IsTls(options) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    private static string Prefix(HttpOptions options) => IsTls(options) ? HostBound : "";

    private static bool IsTls(HttpOptions options) => options.Url.Scheme is "https";
}
