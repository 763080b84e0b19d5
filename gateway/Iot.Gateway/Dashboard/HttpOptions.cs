using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway.Dashboard;

/// <summary>Where pages and API listen, and who may use them. Section <c>Http</c>.</summary>
internal sealed record HttpOptions : IValidatableObject
{
    public const string Section = "Http";

    /// <summary>Shortest key taken, in characters.</summary>
    public const int ShortestKey = 16;

    /// <summary>Address of dashboard, API, health and metrics: <c>http</c> for this machine only, <c>https</c> for others. Default <c>http://127.0.0.1:8080</c>.</summary>
    [Required]
    public Uri Url { get; init; } = new("http://127.0.0.1:8080");

    /// <summary>Lets <c>http</c> listen beyond loopback, where anybody on the way can read keys and passwords. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>A key with the role admin, sent as <c>Authorization: Bearer …</c>; at least 16 characters. Default none: users, and keys of <c>iot-gateway keys create</c>, are enough.</summary>
    public string? ApiKey { get; init; }

    /// <summary>A file that holds the key instead, such as a systemd credential. Default none.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>Anybody who reaches the address may read what a viewer may. Default false.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Queries of readings, series and SQL at once, of all callers. 1–64; default 4.</summary>
    [Range(1, 64)]
    public int Queries { get; init; } = 4;

    /// <summary>Queries that wait for their turn; the next one is answered 503 with Retry-After. 0–1,000; default 16.</summary>
    [Range(0, 1_000)]
    public int QueriesWaiting { get; init; } = 16;

    /// <summary>The key in force, or null.</summary>
    public string? Key() => ApiKeyFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : ApiKey;

    /// <summary>What was switched on by name and is no good idea everywhere; one sentence each, for log, health and dashboard.</summary>
    public IEnumerable<string> Risks()
    {
        if (Url is { Scheme: "http", IsLoopback: false })
            yield return $"{Section}:AllowPlaintext=true: pages and API are served without TLS on {Url.Authority}; whoever is on the way can read keys and passwords. No reading is affected.";
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Url is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.AbsolutePath is not "/"))
        {
            yield return new($"Url = {url}: must be http://host:port or https://host:port.");
        }
        else if (!AllowPlaintext && Url is { Scheme: "http", IsLoopback: false })
        {
            yield return new($"Url = {Url}: without TLS it listens on this machine only, since passwords and keys would pass readably; use https, "
                + "or set AllowPlaintext=true where the network is trusted or a TLS proxy stands before it.");
        }

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
