using System.CommandLine;
using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway users add|list|role|password|disable|enable|remove</c>: who may sign in. Passwords come from stdin, a file or a prompt, never as a word.</summary>
internal static class UsersCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("users", "Who may sign in to pages and API, and as what: viewer, operator, admin.")
    {
        Add(settings),
        List(settings),
        Role(settings),
        Password(settings),
        OfUser("disable", "Shut the user out at once.", settings, HttpMethod.Post, "/disable", AuditAct.UserDisable, UsersEndpoints.Disable, "is disabled"),
        OfUser("enable", "Let the user in again.", settings, HttpMethod.Post, "/enable", AuditAct.UserEnable, UsersEndpoints.Enable, "is enabled"),
        OfUser("remove", "Forget the user.", settings, HttpMethod.Delete, "", AuditAct.UserRemove, UsersEndpoints.Remove, "is removed"),
    };

    private static Command Add(IReadOnlyList<string> settings)
    {
        var (name, role, file) = (NameArgument(), RoleOption(), FileOption());
        var command = GatewayCommand.Create("add", "A new user.", async (parsed, cancellation) =>
        {
            if (PasswordInput.Read(parsed.GetValue(file)) is not { } password) return GatewayCommandLine.Failed;

            var asked = new AddUserParameters { Name = parsed.GetValue(name), Role = parsed.GetValue(role), Password = password };
            await using var desk = new AccessDesk(settings);
            var user = await desk.ChangeAsync(HttpMethod.Post, "users", AccessDesk.Body(asked, ApiJson.Default.AddUserParameters), ApiJson.Default.UserJson, AuditAct.UserAdd, asked.Name!,
                services => UsersEndpoints.AddAsync(asked, services.GetRequiredService<Users>(), services.GetRequiredService<Passwords>(), cancellation), cancellation);
            Terminal.Line($"{user.Name} is added as {user.Role}.");
            return GatewayCommandLine.Done;
        });
        command.Add(name);
        command.Add(role);
        command.Add(file);
        return command;
    }

    private static Command Role(IReadOnlyList<string> settings)
    {
        var name = NameArgument();
        var role = new Argument<string>("role") { Description = "viewer, operator or admin." };
        role.AcceptOnlyFromAmong([.. Roles.All.Select(Roles.NameOf)]);
        var command = GatewayCommand.Create("role", "Another role for a user, who must sign in again.", async (parsed, cancellation) =>
        {
            var asked = new RoleParameters { Role = parsed.GetValue(role) };
            return await ChangeAsync(settings, HttpMethod.Post, parsed.GetValue(name)!, "/role", AccessDesk.Body(asked, ApiJson.Default.RoleParameters), AuditAct.UserRole,
                (user, services) => Task.FromResult(UsersEndpoints.SetRole(user, asked.Role, services.GetRequiredService<Users>())), $"is {asked.Role}", cancellation);
        });
        command.Add(name);
        command.Add(role);
        return command;
    }

    private static Command Password(IReadOnlyList<string> settings)
    {
        var (name, file) = (NameArgument(), FileOption());
        var command = GatewayCommand.Create("password", "Another password for a user, who must sign in again.", async (parsed, cancellation) =>
        {
            if (PasswordInput.Read(parsed.GetValue(file)) is not { } password) return GatewayCommandLine.Failed;

            var body = AccessDesk.Body(new() { Password = password }, ApiJson.Default.PasswordParameters);
            return await ChangeAsync(settings, HttpMethod.Post, parsed.GetValue(name)!, "/password", body, AuditAct.UserPassword,
                (user, services) => UsersEndpoints.SetPasswordAsync(user, password, services.GetRequiredService<Users>(), services.GetRequiredService<Passwords>(), cancellation), "has a new password", cancellation);
        });
        command.Add(name);
        command.Add(file);
        return command;
    }

    private static Command OfUser(string word, string description, IReadOnlyList<string> settings, HttpMethod method, string path, AuditAct act, Func<string, Users, IResult> change, string done)
    {
        var name = NameArgument();
        var command = GatewayCommand.Create(word, description, (parsed, cancellation) => ChangeAsync(
            settings, method, parsed.GetValue(name)!, path, null, act, (user, services) => Task.FromResult(change(user, services.GetRequiredService<Users>())), done, cancellation));
        command.Add(name);
        return command;
    }

    private static async Task<int> ChangeAsync(
        IReadOnlyList<string> settings, HttpMethod method, string name, string path, HttpContent? body, AuditAct act, Func<string, IServiceProvider, Task<IResult>> change, string done, CancellationToken cancellation)
    {
        await using var desk = new AccessDesk(settings);
        var user = await desk.ChangeAsync(method, $"users/{Uri.EscapeDataString(name)}{path}", body, ApiJson.Default.UserJson, act, name, services => change(name, services), cancellation);
        Terminal.Line($"{user.Name} {done}.");
        return GatewayCommandLine.Done;
    }

    private static Command List(IReadOnlyList<string> settings)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create("list", "All of them.", async (parsed, cancellation) =>
        {
            await using var desk = new AccessDesk(settings);
            var found = await desk.AskAsync(HttpMethod.Get, "users", null, ApiJson.Default.UsersJson, services => Task.FromResult(UsersEndpoints.List(services.GetRequiredService<Users>())), cancellation);
            if (parsed.GetValue(json)) Terminal.Line(JsonSerializer.Serialize(found, ApiJson.Default.UsersJson));
            else Terminal.Table(["name", "role", "state", "last sign-in"], [.. found.Users.Select(user => (IReadOnlyList<string>)[user.Name, user.Role, user.Disabled ? "disabled" : "enabled", user.LastSignIn ?? "never"])]);
            return GatewayCommandLine.Done;
        });
        command.Add(json);
        return command;
    }

    private static Argument<string> NameArgument() => new("name") { Description = "What the user is called." };

    private static Option<FileInfo?> FileOption() => new("--password-file") { Description = "A file whose first line is the password. Default: stdin or, at a terminal, a prompt." };

    public static Option<string> RoleOption()
    {
        var role = new Option<string>("--role") { Description = "viewer, operator or admin.", Required = true };
        role.AcceptOnlyFromAmong([.. Roles.All.Select(Roles.NameOf)]);
        return role;
    }
}
