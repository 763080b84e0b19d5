using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway keys create|list|revoke</c>: keys of programs that use the API.</summary>
internal static class KeysCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("keys", "Keys of programs that use the API.")
    {
        New(settings), List(settings), Revoke(settings),
    };

    private static Command New(IReadOnlyList<string> settings)
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var role = UsersCommand.RoleOption();
        var validFor = new Option<string?>("--valid-for") { Description = "How long it holds: 12h, 90d. Default until it is revoked." };
        var command = GatewayCommand.Create("create", "A new key; printed here, once, and alone on stdout.", async (parsed, cancellation) =>
        {
            var asked = new CreateKeyParameters { Name = parsed.GetValue(name), Role = parsed.GetValue(role), ValidFor = parsed.GetValue(validFor) };
            await using var desk = new AccessDesk(settings);
            var made = await desk.ChangeAsync(HttpMethod.Post, "keys", AccessDesk.Body(asked, ApiJson.Default.CreateKeyParameters), ApiJson.Default.NewKeyJson, AuditAct.ApiKeyCreate, asked.Name!,
                services => Task.FromResult(KeysEndpoints.Create(asked, $"local:{Environment.UserName}", services.GetRequiredService<ApiKeys>(), services.GetRequiredService<TimeProvider>())), cancellation);
            Terminal.Note($"Key {made.Key.Id} '{made.Key.Name}', {made.Key.Role}, {(made.Key.Until is { } until ? $"until {until}" : "until it is revoked")}. It is shown only here; send it as 'Authorization: Bearer …'.");
            Terminal.Line(made.Text);
            return GatewayCommandLine.Done;
        });
        command.Add(name);
        command.Add(role);
        command.Add(validFor);
        return command;
    }

    private static Command List(IReadOnlyList<string> settings)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create("list", "All of them, those that hold first.", async (parsed, cancellation) =>
        {
            await using var desk = new AccessDesk(settings);
            var found = await desk.AskAsync(HttpMethod.Get, "keys", null, ApiJson.Default.KeysJson,
                services => Task.FromResult(KeysEndpoints.List(services.GetRequiredService<ApiKeys>(), services.GetRequiredService<TimeProvider>())), cancellation);
            if (parsed.GetValue(json)) Terminal.Line(JsonSerializer.Serialize(found, ApiJson.Default.KeysJson));
            else Print(found);
            return GatewayCommandLine.Done;
        });
        command.Add(json);
        return command;
    }

    private static void Print(KeysJson found) => Terminal.Table(
        ["id", "name", "role", "begins", "state", "until", "last used", "made by"],
        [.. found.Keys.Select(key => (IReadOnlyList<string>)
        [
            key.Id.ToString(CultureInfo.InvariantCulture), key.Name, key.Role, key.Shown, key.State, key.Until ?? "-", key.LastUsed ?? "never", key.CreatedBy,
        ])]);

    private static Command Revoke(IReadOnlyList<string> settings)
    {
        var id = new Argument<long>("id") { Description = "Its number, as 'keys list' shows it." };
        var command = GatewayCommand.Create("revoke", "Refuse a key from now on.", async (parsed, cancellation) =>
        {
            var number = parsed.GetValue(id).ToString(CultureInfo.InvariantCulture);
            await using var desk = new AccessDesk(settings);
            var key = await desk.ChangeAsync(HttpMethod.Delete, $"keys/{number}", null, ApiJson.Default.KeyJson, AuditAct.ApiKeyRevoke, $"key {number}",
                services => Task.FromResult(KeysEndpoints.Revoke(parsed.GetValue(id), services.GetRequiredService<ApiKeys>(), services.GetRequiredService<TimeProvider>())), cancellation);
            Terminal.Line($"Key {key.Id} '{key.Name}' is revoked.");
            return GatewayCommandLine.Done;
        });
        command.Add(id);
        return command;
    }
}
