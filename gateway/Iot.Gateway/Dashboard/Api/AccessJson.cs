using System.ComponentModel;
using System.Text.Json.Serialization;
using Iot.Gateway.Dashboard.Access;

namespace Iot.Gateway.Dashboard.Api;

internal sealed record UsersJson(IReadOnlyList<UserJson> Users);

/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
internal sealed record UserJson(string Name, string Role, bool Disabled, string Created, string? LastSignIn)
{
    public static UserJson Of(User user) => new(
        user.Name, Roles.NameOf(user.Role), user.IsDisabled, RegisteredDeviceJson.Time(user.CreatedAt), user.LastSignIn is { } at ? RegisteredDeviceJson.Time(at) : null);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddUserParameters
{
    [Description("1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit. Capitals make no difference.")]
    public string? Name { get; init; }

    [Description("viewer, operator or admin.")]
    public string? Role { get; init; }

    [Description("12 to 128 characters.")]
    public string? Password { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RoleParameters
{
    [Description("viewer, operator or admin.")]
    public string? Role { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PasswordParameters
{
    [Description("12 to 128 characters.")]
    public string? Password { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetupParameters
{
    [Description("As the gateway logged it.")]
    public string? Code { get; init; }

    [Description("Of the first admin.")]
    public string? Name { get; init; }

    [Description("12 to 128 characters.")]
    public string? Password { get; init; }
}

internal sealed record KeysJson(IReadOnlyList<KeyJson> Keys);

/// <param name="Shown">How the key begins.</param>
/// <param name="State"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
internal sealed record KeyJson(long Id, string Name, string Role, string Shown, string State, string Created, string CreatedBy, string? Until, string? LastUsed)
{
    public static KeyJson Of(ApiKey key, DateTimeOffset now) => new(
        key.Id, key.Name, Roles.NameOf(key.Role), key.Shown, key.RevokedAt is not null ? "revoked" : key.IsLive(now) ? "active" : "expired",
        RegisteredDeviceJson.Time(key.CreatedAt), key.CreatedBy, Time(key.ExpiresAt), Time(key.LastUsed));

    private static string? Time(DateTimeOffset? at) => at is { } known ? RegisteredDeviceJson.Time(known) : null;
}

/// <param name="Text">Shown here once; the gateway keeps a hash of it.</param>
internal sealed record NewKeyJson(string Text, KeyJson Key);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateKeyParameters
{
    [Description("What it is for; 1 to 64 characters.")]
    public string? Name { get; init; }

    [Description("viewer, operator or admin.")]
    public string? Role { get; init; }

    [Description("How long it holds: 1m to 366d. Default until it is revoked.")]
    public string? ValidFor { get; init; }
}

/// <param name="Name">As in the audit log.</param>
internal sealed record CallerJson(string Name, string Role);
