using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Devices;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Commands;

/// <summary><c>devices config</c>: what a device is to be configured as, and what it made of it.</summary>
internal static class DevicesConfig
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var device = DevicesCommand.DeviceArgument();
        var set = new Option<string?>("--set") { Description = "A file with the settings, JSON by section and key; - reads standard input." };
        var show = new Option<bool>("--show") { Description = "Show what is desired and what the device reports (the default)." };
        var clear = new Option<bool>("--clear") { Description = "Desire nothing any more: the device's own files count." };
        var command = GatewayCommand.Create("config", "Configure a device from here. It tries the settings, and goes back by itself when no reading arrives with them.", async (parsed, cancellation) =>
        {
            var (id, file) = (parsed.GetValue(device)!, parsed.GetValue(set));
            var config = file is not null ? await ChangeAsync(settings, id, await ReadAsync(file, cancellation), cancellation)
                : parsed.GetValue(clear) ? await ChangeAsync(settings, id, null, cancellation)
                : await ShowAsync(settings, id, cancellation);
            Print(config);
            return GatewayCommandLine.Done;
        });
        command.Add(device);
        foreach (var option in new Option[] { set, show, clear }) command.Add(option);
        command.Validators.Add(result =>
        {
            bool[] given = [result.GetValue(set) is not null, result.GetValue(show), result.GetValue(clear)];
            if (given.Count(one => one) > 1) result.AddError("--set, --show and --clear exclude each other.");
        });
        return command;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellation)
    {
        using var reader = file is "-" ? new StreamReader("/dev/stdin") : new StreamReader(file);
        return await reader.ReadToEndAsync(cancellation);
    }

    private static async Task<DeviceConfigJson> ShowAsync(IReadOnlyList<string> settings, string id, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        return await client.GetAsync(PathOf(id), ApiJson.Default.DeviceConfigJson, cancellation)
            ?? DevicesDesk.Value<DeviceConfigJson>(ConfigEndpoints.Show(id, Configs(gateway), gateway.Services.GetRequiredService<KnownDevices>().Contains));
    }

    /// <param name="desired">JSON; null: nothing any more.</param>
    private static async Task<DeviceConfigJson> ChangeAsync(IReadOnlyList<string> settings, string id, string? desired, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        using var body = desired is null ? null : new StringContent(desired, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(desired is null ? HttpMethod.Delete : HttpMethod.Put, PathOf(id), body, cancellation);
        if (answer is not null) return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.DeviceConfigJson, cancellation))!;

        var done = DevicesDesk.Value<DeviceConfigJson>(await ConfigEndpoints.SetAsync(id, desired ?? "{}", Configs(gateway), gateway.Services.GetRequiredService<KnownDevices>()));
        await LocalAct.WriteAsync(gateway.Services, AuditAct.DeviceConfig, id, AuditedEndpoint.Words(done), cancellation);
        return done;
    }

    private static DeviceConfigs Configs(WebApplication gateway)
    {
        gateway.Services.GetRequiredService<FileSpool>(); // no gateway starts meanwhile
        return gateway.Services.GetRequiredService<DeviceConfigs>();
    }

    private static string PathOf(string id) => $"/api/v1/devices/{Uri.EscapeDataString(id)}/config";

    private static void Print(DeviceConfigJson config)
    {
        Terminal.Line($"device    {config.Device}");
        Terminal.Line(config.Version == 0 ? "desired   nothing: the device's own files count" : string.Create(CultureInfo.InvariantCulture, $"desired   version {config.Version}, set {config.SetAt}"));
        Terminal.Line($"state     {config.State}");
        if (config.Reported is { } reported) Terminal.Line($"reported  {config.ReportedAt}  {JsonSerializer.Serialize(reported, ApiJson.Default.JsonElement)}"); // escaped: what a device says must not drive the terminal
        Terminal.Line();
        Terminal.Line(JsonSerializer.Serialize(config.Settings, IndentedJson.Default.JsonElement));
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class IndentedJson : System.Text.Json.Serialization.JsonSerializerContext;
