using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Detection.Webhook;

/// <summary>Where security events are sent as they open and close. Section <c>Webhook</c>.</summary>
internal sealed record WebhookOptions : IValidatableObject
{
    public const string Section = "Webhook";

    /// <summary>Shortest secret taken, in characters.</summary>
    private const int ShortestSecret = 16;

    /// <summary>https address that takes a POST. Default none: nothing is sent.</summary>
    public Uri? Url { get; init; }

    /// <summary>A file that holds the secret each message is signed with, at least 16 characters; read for each attempt. Default none; required with Url.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Send over http to another machine, too: whoever listens on the way reads every event. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Least severity that is sent: <c>Notice</c>, <c>Warning</c> or <c>Critical</c>. Default <c>Notice</c>.</summary>
    public Severity Least { get; init; } = Severity.Notice;

    /// <summary>Longest that one attempt may take. 100 ms–5 min; default 10 s.</summary>
    [Duration("00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts for one message before it is given up. 1–100; default 10.</summary>
    [Range(1, 100)]
    public int Attempts { get; init; } = 10;

    /// <summary>Middle of the first pause between attempts; it doubles each time, with jitter. 1 ms–1 h; default 1 s.</summary>
    [Duration("00:00:00.001", "01:00:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts. 1 ms–1 day; default 5 min.</summary>
    [Duration("00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages that may wait; those beyond are not sent. 1–100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxQueued { get; init; } = 1_000;

    /// <exception cref="IOException">It cannot be read, or is too short.</exception>
    public string ReadSecret()
    {
        var secret = File.ReadAllText(SecretFile!).Trim();
        return secret.Length >= ShortestSecret
            ? secret
            : throw new IOException($"{SecretFile} holds {secret.Length} characters; it must hold at least {ShortestSecret}. Make one with: openssl rand -hex 32");
    }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Url is null)
        {
            if (SecretFile is { Length: > 0 }) yield return new("SecretFile is given and Url is not: give Url, or remove it.");
            yield break;
        }

        if (AddressProblem(Url) is { } address) yield return new(address);
        if (SecretProblem() is { } secret) yield return new(secret);
        if (MaxDelay < Delay) yield return new($"MaxDelay ({MaxDelay}) is shorter than Delay ({Delay}).");
    }

    /// <summary>Never names the path: with many receivers it is a secret.</summary>
    private string? AddressProblem(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http")) return "Url must be https://host/path.";
        if (url.UserInfo.Length > 0) return "Url holds a user or a password: it is shown in logs. The signature says who sends.";

        return url.Scheme is "http" && !url.IsLoopback && !AllowPlaintext
            ? $"Url is on http://{url.Authority}: http to another machine shows every event to whoever listens. Use https, or say Webhook:AllowPlaintext=true."
            : null;
    }

    private string? SecretProblem()
    {
        if (SecretFile is not { Length: > 0 }) return "Url is given and SecretFile is not: a receiver could not tell our messages from others. Make one with: openssl rand -hex 32 > FILE";

        try
        {
            ReadSecret();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"SecretFile = {SecretFile}: {e.Message}";
        }
    }
}
