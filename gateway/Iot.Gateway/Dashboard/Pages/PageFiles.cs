using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticAssets;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>Scripts and styles of the pages below a path that names their build: a browser keeps them for good and asks for new ones after an upgrade.</summary>
/// <remarks>Modules import each other by relative paths and so stay within one build.</remarks>
internal static class PageFiles
{
    private const string Manifest = "iot-gateway.staticwebassets.endpoints.json";
    private const string Prefix = "/build";

    private static readonly string Build = BuildOf(Path.Combine(AppContext.BaseDirectory, Manifest));

    /// <param name="file">Below <c>wwwroot</c>, or below <c>_content</c> of a package.</param>
    public static string Of(string file) => $"{Prefix}/{Build}/{file}";

    /// <summary>Comes before routing: the file itself has no build in its path. One of another build is served as it is now and not kept.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest)) return next(http);

        var path = rest.Value.AsSpan().TrimStart('/');
        var slash = path.IndexOf('/');
        if (slash < 0) return next(http);

        var isOurs = path[..slash].SequenceEqual(Build);
        http.Request.Path = path[slash..].ToString();
        http.Response.OnStarting(() =>
        {
            if (isOurs && IsFile(http) && http.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Task.CompletedTask;
        });
        return next(http);
    }

    /// <summary>Answers to other questions, which may be for one person only, are kept by nobody whatever their path begins with.</summary>
    private static bool IsFile(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    /// <summary>The manifest names the content of every file.</summary>
    private static string BuildOf(string manifest) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(manifest)))[..12];
}
