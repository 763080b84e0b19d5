using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>What a browser's cookie says, encrypted and signed: who signed in, how, and when. Whether it still holds is asked anew each time.</summary>
/// <param name="Id">Random; by it a sign-out ends it, and tokens against forged requests belong to it.</param>
/// <param name="Subject">Name of the user, number of the key; what the provider of identities calls him.</param>
/// <param name="Stamp">Of the user or the key when he signed in.</param>
/// <param name="Role">For those whom a provider knows; else the user's or key's of now counts.</param>
internal sealed record Session(string Id, SessionKind Kind, string Subject, string Stamp, Role Role, DateTimeOffset Began)
{
    /// <summary>After that without a request.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromHours(8);

    private const string Scheme = "session";

    /// <summary>Whatever is done meanwhile. A provider's word counts for a day's work only: we do not hear when it changes.</summary>
    public TimeSpan Limit => Kind == SessionKind.Provider ? TimeSpan.FromHours(12) : TimeSpan.FromDays(7);

    public DateTimeOffset Ends => Began + Limit;

    public static Session Begin(SessionKind kind, string subject, string stamp, Role role, TimeProvider clock) =>
        new(RandomNumberGenerator.GetHexString(32), kind, subject, stamp, role, DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds()));

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [
            new("sub", Id), new("kind", Kind.ToString()), new("name", Subject), new("stamp", Stamp), new("role", Role.ToString()),
            new("began", Began.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ], Scheme, "name", "role"));

    /// <summary>Null when it is nothing of ours.</summary>
    public static Session? Of(ClaimsPrincipal? principal)
    {
        if (principal?.Identity is not ClaimsIdentity { IsAuthenticated: true, AuthenticationType: Scheme } identity) return null;

        string Claim(string name) => identity.FindFirst(name)?.Value ?? "";
        return Enum.TryParse<SessionKind>(Claim("kind"), out var kind) && Enum.TryParse<Role>(Claim("role"), out var role)
            && long.TryParse(Claim("began"), NumberStyles.None, CultureInfo.InvariantCulture, out var began)
                ? new(Claim("sub"), kind, Claim("name"), Claim("stamp"), role, DateTimeOffset.FromUnixTimeSeconds(began))
                : null;
    }
}

internal enum SessionKind
{
    /// <summary>A user of ours, with a password.</summary>
    User,

    /// <summary>Somebody with a key of ours.</summary>
    Key,

    /// <summary>Somebody with the key of the configuration.</summary>
    ConfiguredKey,

    /// <summary>Somebody whom an OpenID provider knows.</summary>
    Provider,
}
