using Iot.Gateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Why a request goes no further.</summary>
/// <param name="Detail">What to do, as sentences.</param>
/// <param name="Short">For the audit log.</param>
internal sealed record AccessProblem(AccessRefusal Refusal, AuditAct Act, int Status, string Detail, string Short = "")
{
    public static readonly AccessProblem Forged = new(
        AccessRefusal.Forgery, AuditAct.ForgeryRefused, StatusCodes.Status403Forbidden,
        "What changes something by a session needs the token of the page it comes from: the field csrf of a form, or the header X-Csrf-Token with what <meta name=\"csrf-token\"> holds. Load the page again. Programs use a key, which needs no token.");

    public static AccessProblem NoCredentials(bool isClosed, Role needed) => new(
        AccessRefusal.NoCredentials, AuditAct.AccessRefused, StatusCodes.Status401Unauthorized, isClosed
            ? $"This needs the role {Roles.NameOf(needed)}. Send a key: Authorization: Bearer <key>. In a browser, sign in at /sign-in."
            : "Nobody can sign in yet, so only this machine may call, by the name localhost or 127.0.0.1 and not through a proxy. Make the first admin at /setup with the setup code that the gateway logged, "
                + "set Http:ApiKey or Http:ApiKeyFile, or Http:AllowAnonymous=true on a network where everybody may read everything.");

    public static AccessProblem WrongCredentials(bool isClosed) => new(
        AccessRefusal.WrongCredentials, AuditAct.KeyRefused, StatusCodes.Status401Unauthorized, isClosed
            ? "The key or session sent does not hold: it is unknown, over, or revoked. 'iot-gateway keys list' shows the keys that do; in a browser, sign in at /sign-in."
            : "The key sent is not one of this gateway. There are none yet: call without one from this machine.");

    public static AccessProblem Forbidden(Caller caller, Role needed) => new(
        AccessRefusal.Role, AuditAct.RoleRefused, StatusCodes.Status403Forbidden,
        $"This needs the role {Roles.NameOf(needed)}; {caller.Name} has {Roles.NameOf(caller.Role)}.", $"needs {Roles.NameOf(needed)}, has {Roles.NameOf(caller.Role)}");

    public ProblemHttpResult Answer() => Status == StatusCodes.Status401Unauthorized ? Problem.Unauthorized(Detail) : Problem.Forbidden(Detail);
}

internal enum AccessRefusal
{
    NoCredentials,
    WrongCredentials,
    Role,
    Forgery,
}
