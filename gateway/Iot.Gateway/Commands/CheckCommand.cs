using System.CommandLine;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Influx;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Validation;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway check</c>: configuration, schemas, data directory, sinks; says what it found, exit code 1 on any problem.</summary>
internal static class CheckCommand
{
    public static Command Create(IReadOnlyList<string> settings) => GatewayCommand.Create(
        "check", "Validate configuration and schemas, reach the sinks, print what was found.", async (_, cancellation) =>
            await GatewayCommand.GuardAsync(() => RunAsync(settings, cancellation)) == GatewayCommandLine.Done ? GatewayCommandLine.Done : GatewayCommandLine.Failed);

    private static async Task<int> RunAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        var services = gateway.Services;
        services.GetRequiredService<IStartupValidator>().Validate();

        var mqtt = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        var data = services.GetRequiredService<DataOptions>();
        Terminal.Line($"configuration   ok; MQTT {mqtt.PlainAddress}:{mqtt.Port}, with TLS {mqtt.TlsAddress}:{mqtt.TlsPort}, HTTP {services.GetRequiredService<HttpOptions>().Url}");
        foreach (var risk in mqtt.Risks().Concat(services.GetRequiredService<HttpOptions>().Risks())) Terminal.Line($"warning         {risk}");

        var schemas = services.GetRequiredService<SchemaCatalog>();
        schemas.Load();
        Terminal.Line($"schemas         ok; {schemas.Current.All.Count} device types in {schemas.Path}");
        Terminal.Line($"data            {Writable(data.Path)}");

        if (services.GetService<InfluxCheck>() is not { } influx) return GatewayCommandLine.Done;

        var finding = await influx.CheckAsync(cancellation);
        Terminal.Line($"sink Influx     {(finding.IsWell ? "ok; " : "")}{finding.Words}");
        return finding.IsWell ? GatewayCommandLine.Done : GatewayCommandLine.Failed;
    }

    /// <exception cref="IOException">It is not; the message says why.</exception>
    private static string Writable(string path)
    {
        DataDirectory.Make(path);
        var probe = Path.Combine(path, $".check-{Environment.ProcessId}");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
        var free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace / (1024 * 1024 * 1024.0);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ok; {Path.GetFullPath(path)} is writable, {free:0.0} GiB free");
    }
}
