using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway.Dashboard;

/// <summary>Where pages and API listen, and who may use them. Section <c>Http</c>.</summary>
internal sealed record HttpOptions : IValidatableObject
{
    public const string Section = "Http";

    /// <summary>Shortest key taken, in characters.</summary>
    public const int ShortestKey = 16;

    /// <summary>Address of dashboard, API, health and metrics. Default <c>http://127.0.0.1:8080</c>.</summary>
    [Required]
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>What a caller sends as <c>Authorization: Bearer …</c>; at least 16 characters. Default none: only this machine may call.</summary>
    public string? ApiKey { get; init; }

    /// <summary>A file that holds the key instead, such as a systemd credential. Default none.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>Anybody who reaches the address may read everything. Default false.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>The key in force, or null.</summary>
    public string? Key() => ApiKeyFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : ApiKey;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not "http" || url.AbsolutePath is not "/"))
            yield return new($"Url = {url}: must be http://host:port. TLS for pages and API is not in this version: put a TLS proxy on this machine before it.");

        if (ApiKey is { Length: > 0 } && ApiKeyFile is { Length: > 0 })
            yield return new("ApiKey and ApiKeyFile are both given; remove one.");
        else if (KeyProblem() is { } problem)
            yield return new(problem);
    }

    private string? KeyProblem()
    {
        try
        {
            return Key() is { Length: < ShortestKey } key && (ApiKeyFile is { Length: > 0 } || key.Length > 0)
                ? $"the key has {key.Length} characters; it must have at least {ShortestKey}. Make one with: openssl rand -hex 24"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"ApiKeyFile = {ApiKeyFile}: cannot be read: {e.Message}";
        }
    }
}
