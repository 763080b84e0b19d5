using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>An OpenID provider whose people may sign in, beside the gateway's own. Section <c>Oidc</c>.</summary>
internal sealed record OidcOptions : IValidatableObject
{
    public const string Section = "Oidc";

    /// <summary>The provider's address, https; http is taken on this machine only. Its <c>/.well-known/openid-configuration</c> says the rest; it is asked directly, not through a proxy, and may not redirect. Default none: nobody signs in so.</summary>
    public Uri? Authority { get; init; }

    /// <summary>What the provider calls this gateway. Required with <c>Oidc:Authority</c>, default none.</summary>
    public string? ClientId { get; init; }

    /// <summary>A file with the secret that the provider gave, such as a systemd credential. Default none: a public client, with PKCE alone.</summary>
    public string? ClientSecretFile { get; init; }

    /// <summary>The claim of the ID token that says what somebody may do; one value or a list. Default <c>roles</c>.</summary>
    [Required]
    public string RoleClaim { get; init; } = "roles";

    /// <summary>The claim of the ID token that somebody is called by. Default <c>preferred_username</c>; where it is missing, <c>sub</c>.</summary>
    [Required]
    public string NameClaim { get; init; } = "preferred_username";

    /// <summary>Values of the role claim, with commas, that make an admin. Default none.</summary>
    public string Admins { get; init; } = "";

    /// <summary>Values of the role claim, with commas, that make an operator. Default none.</summary>
    public string Operators { get; init; } = "";

    /// <summary>Values of the role claim, with commas, that make a viewer; <c>*</c>: everybody whom the provider knows. Default none.</summary>
    public string Viewers { get; init; } = "";

    /// <summary>What to ask the provider for, besides <c>openid</c>, with spaces. Default <c>profile</c>.</summary>
    public string Scopes { get; init; } = "profile";

    /// <summary>How the sign-in page calls the provider. Default <c>single sign-on</c>.</summary>
    [Required]
    public string DisplayName { get; init; } = "single sign-on";

    public bool IsConfigured => Authority is not null;

    public bool MakesAdmins => IsConfigured && Words(Admins).Length > 0;

    public string? Secret() => ClientSecretFile is { Length: > 0 } file ? File.ReadAllText(file).Trim() : null;

    /// <summary>The highest that one of the values gives; null for somebody who may not come in.</summary>
    public Role? RoleOf(IReadOnlyCollection<string> values) =>
        Gives(Admins, values) ? Role.Admin
        : Gives(Operators, values) ? Role.Operator
        : Viewers.Trim() is "*" || Gives(Viewers, values) ? Role.Viewer
        : null;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!IsConfigured)
        {
            if (ClientId is { Length: > 0 } || ClientSecretFile is { Length: > 0 }) yield return new("ClientId or ClientSecretFile is given without Authority.");

            yield break;
        }

        if (!Authority!.IsAbsoluteUri || !(Authority.Scheme is "https" || (Authority.Scheme is "http" && Authority.IsLoopback)))
            yield return new($"Authority = {Authority}: must be https://…; http is taken on this machine only.");
        if (string.IsNullOrEmpty(ClientId)) yield return new("ClientId is missing: it is what the provider calls this gateway.");
        if (Words(Admins).Length + Words(Operators).Length + Words(Viewers).Length == 0)
            yield return new("Admins, Operators and Viewers are all empty, so nobody could come in. Name values of the role claim, or Viewers = *.");
        if (SecretProblem() is { } problem) yield return new(problem);
    }

    private static bool Gives(string list, IReadOnlyCollection<string> values) => Words(list).Any(word => values.Contains(word, StringComparer.Ordinal));

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string? SecretProblem()
    {
        try
        {
            return Secret() is { Length: 0 } ? $"ClientSecretFile = {ClientSecretFile}: it is empty." : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"ClientSecretFile = {ClientSecretFile}: cannot be read: {e.Message}";
        }
    }
}
