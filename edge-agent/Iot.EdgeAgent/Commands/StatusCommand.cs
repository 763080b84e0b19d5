using System.Globalization;
using System.Text.Json;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent status</c></summary>
internal static class StatusCommand
{
    public static int Run(string[] settings, bool json, TextWriter output)
    {
        var options = AgentSettings.Load(AgentSettings.Sources(settings));
        var status = StatusFile.Read(Fleet.DataPath(options.Data));
        if (status is null)
        {
            output.WriteLine(json ? "{\"running\": false}" : "No agent has run with this data directory, or this user may not see it (try sudo).");
            return ExitCode.Failed;
        }

        if (json) output.WriteLine(JsonSerializer.Serialize(status, StatusJson.Default.AgentStatus));
        else Print(status, output);

        return status.Running ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(AgentStatus status, TextWriter output)
    {
        output.WriteLine(status.Running
            ? string.Create(CultureInfo.InvariantCulture, $"running, version {status.Version}, process {status.ProcessId}, as of {status.At:u}")
            : string.Create(CultureInfo.InvariantCulture, $"not running; it was last seen {status.At:u}"));
        output.WriteLine($"gateway   {status.Gateway}");
        if (status.Identity is { } identity) Print(identity, output);
        foreach (var device in status.Devices) Print(device, output);
    }

    private static void Print(IdentityStatus identity, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"identity  {identity.Device}, certificate {identity.Serial}, good until {identity.NotAfter:u}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"renewal   {identity.NextRenewal:u}{(identity.LastRenewalFailure is { } failure ? "; the last try failed: " + failure : "")}"));
    }

    private static void Print(DeviceStatus device, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            device    {device.Device}
            link      {(device.Connected ? "connected" : $"not connected: {device.LastFailure ?? "not yet"}")}
            outbox    {device.Waiting} batches wait{(device.OutboxFull ? "; FULL, new readings are given up" : "")}
            published {device.Published} batches since start; last {(device.LastPublished is { } at ? at.ToString("u", CultureInfo.InvariantCulture) : "never")}
            given up  {device.GivenUp} readings since start
            """));
        foreach (var sensor in device.Sensors)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"sensor    {sensor.Name} every {sensor.Interval.TotalSeconds} s{(sensor.Failure is null ? "" : ": " + sensor.Failure)}"));
        }
    }
}
