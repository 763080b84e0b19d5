using System.CommandLine;

namespace Iot.Gateway.Commands;

/// <summary><c>devices password</c>: for a device that cannot do client certificates.</summary>
internal static class DevicesPassword
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var device = DevicesCommand.DeviceArgument();
        var read = new Option<bool>("--stdin") { Description = "Read the password from standard input instead of making one." };
        var remove = new Option<bool>("--remove") { Description = "No password any more." };
        var command = GatewayCommand.Create("password", "Make a password for a device that cannot do client certificates; it is shown once, and the one before is void.", async (parsed, cancellation) =>
        {
            var id = parsed.GetValue(device)!;
            await using var desk = new DevicesDesk(settings);
            if (parsed.GetValue(remove))
            {
                await desk.NoPasswordAsync(id, cancellation);
                Terminal.Line($"{id} has no password any more; connections with it have ended.");
                return GatewayCommandLine.Done;
            }

            var given = parsed.GetValue(read) ? await Terminal.ReadLineAsync(cancellation) ?? "" : null;
            var made = await desk.PasswordAsync(id, new() { Password = given }, cancellation);
            Terminal.Line(made.Password is null ? $"{id} has the password that was given. MQTT user name: {made.Username}" : $"MQTT user name {made.Username}, password {made.Password}\nIt is shown only here.");
            return GatewayCommandLine.Done;
        });
        command.Add(device);
        command.Add(read);
        command.Add(remove);
        command.Validators.Add(result =>
        {
            if (result.GetValue(read) && result.GetValue(remove)) result.AddError("--stdin and --remove exclude each other.");
        });
        return command;
    }
}
