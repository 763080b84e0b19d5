using System.CommandLine;
using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Wire;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway devices add|list|show|disable|enable|remove|token|password|config</c>: which devices belong here.</summary>
internal static class DevicesCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("devices", "Which devices belong here: add, disable, remove them; tokens for their enrollment; their configuration.")
    {
        DevicesToken.Add(settings),
        List(settings),
        OfDevice("show", "One of them with its certificates.", (device, cancellation) => ShowAsync(settings, device, cancellation)),
        OfDevice("disable", "Shut it out at once, with all its certificates.", (device, cancellation) => ChangeAsync(settings, desk => desk.DisableAsync(device, cancellation), "is disabled")),
        OfDevice("enable", "Let it in again.", (device, cancellation) => ChangeAsync(settings, desk => desk.EnableAsync(device, cancellation), "is enabled")),
        OfDevice("remove", "Forget it and its certificates; its readings and books stay.", (device, cancellation) => ChangeAsync(settings, desk => desk.RemoveAsync(device, cancellation), "is removed")),
        DevicesToken.New(settings),
        DevicesPassword.Create(settings),
        DevicesConfig.Create(settings),
    };

    /// <summary>One that takes the id of a device.</summary>
    public static Command OfDevice(string name, string description, Func<string, CancellationToken, Task<int>> action)
    {
        var device = DeviceArgument();
        var command = GatewayCommand.Create(name, description, (parsed, cancellation) => action(parsed.GetValue(device)!, cancellation));
        command.Add(device);
        return command;
    }

    public static Argument<string> DeviceArgument()
    {
        var device = new Argument<string>("device") { Description = "Its id, as in its topics." };
        device.Validators.Add(result =>
        {
            if (!DeviceId.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError($"'{result.GetValueOrDefault<string>()}' is not a device id: 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit.");
        });
        return device;
    }

    private static Command List(IReadOnlyList<string> settings)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = GatewayCommand.Create("list", "All of them.", async (parsed, cancellation) =>
        {
            await using var desk = new DevicesDesk(settings);
            var found = await desk.ListAsync(cancellation);
            if (parsed.GetValue(json)) Terminal.Line(JsonSerializer.Serialize(found, ApiJson.Default.RegistryJson));
            else Print(found);
            return GatewayCommandLine.Done;
        });
        command.Add(json);
        return command;
    }

    private static void Print(RegistryJson found) => Terminal.Table(
        ["device", "state", "type", "site", "last seen", "certificate until", "token until"],
        [.. found.Devices.Select(device => (IReadOnlyList<string>)
        [
            device.Device, device.State, device.Type ?? "-", device.Site ?? "-", device.LastSeen ?? "never",
            device.Certificates.FirstOrDefault(certificate => !certificate.Revoked)?.NotAfter ?? "-", device.TokenUntil ?? "-",
        ])]);

    private static async Task<int> ShowAsync(IReadOnlyList<string> settings, string id, CancellationToken cancellation)
    {
        await using var desk = new DevicesDesk(settings);
        var device = await desk.ShowAsync(id, cancellation);
        Terminal.Line($"device     {device.Device}");
        Terminal.Line($"state      {device.State}");
        Terminal.Line($"type       {device.Type ?? "-"}");
        Terminal.Line($"site       {device.Site ?? "-"}");
        foreach (var (name, value) in device.Tags) Terminal.Line($"tag        {name}={value}");
        Terminal.Line($"added      {device.Created}");
        Terminal.Line($"last seen  {device.LastSeen ?? "never"}");
        Terminal.Line($"token      {(device.TokenUntil is null ? "none" : $"until {device.TokenUntil}")}");
        Terminal.Line();
        Terminal.Table(["serial", "from", "until", "state", "SHA-256"], [.. device.Certificates.Select(certificate => (IReadOnlyList<string>)
        [
            certificate.Serial, certificate.NotBefore, certificate.NotAfter, certificate.Revoked ? "revoked" : "good", certificate.Fingerprint,
        ])]);
        return GatewayCommandLine.Done;
    }

    private static async Task<int> ChangeAsync(IReadOnlyList<string> settings, Func<DevicesDesk, Task<RegisteredDeviceJson>> change, string what)
    {
        await using var desk = new DevicesDesk(settings);
        Terminal.Line($"{(await change(desk)).Device} {what}.");
        return GatewayCommandLine.Done;
    }
}
