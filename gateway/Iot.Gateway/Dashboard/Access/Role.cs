namespace Iot.Gateway.Dashboard.Access;

/// <summary>What somebody may do: all that those before may, too.</summary>
internal enum Role
{
    /// <summary>Reads: devices, series, readings, books, SQL.</summary>
    Viewer = 1,

    /// <summary>Also dead letters, replays, reconciliation, and which devices belong here.</summary>
    Operator = 2,

    /// <summary>Also users, keys, the audit log, and what removes for good.</summary>
    Admin = 3,
}

internal static class Roles
{
    public const string Allowed = "must be viewer, operator or admin";

    public static readonly IReadOnlyList<Role> All = [Role.Viewer, Role.Operator, Role.Admin];

    public static string NameOf(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        _ => "admin",
    };

    public static bool TryParse(string? text, out Role role)
    {
        role = All.FirstOrDefault(one => NameOf(one).Equals(text, StringComparison.OrdinalIgnoreCase));
        return role != default;
    }

    /// <summary>Only those of this role may use the endpoint; of several given the last counts.</summary>
    public static T Needs<T>(this T endpoint, Role role) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsRole(role));
}

/// <summary>On an endpoint: who may use it.</summary>
internal sealed record NeedsRole(Role Role);
