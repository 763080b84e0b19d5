using System.CommandLine;
using System.Text.Json;
using Iot.Configuration;
using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent status [--json]</c></summary>
internal static class StatusCommand
{
    private const string About =
        "What it samples, what waits in the outbox, when it last published.\n" +
        "Exits with 0 when the agent runs, 1 when none runs or its state cannot be read, 2 on wrong usage. Under systemd run it with sudo.";

    private static string WhenItStarts => !InstalledService.IsThere ? "" :
        $" The service starts once this machine is enrolled (sudo iot-edge-agent setup), or a *.json in {AgentSettings.SystemDirectory} says where its gateway is; /etc/default and drop-ins alone do not start it.";

    public static Command Create(string[] settings)
    {
        var json = new Option<bool>("--json") { Description = "As JSON, for scripts; times are UTC." };
        var status = new Command("status", About) { json };
        status.SetAction(parsed => Run(settings, parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return status;
    }

    private static int Run(string[] settings, bool json, TextWriter output)
    {
        if (LocalSettings.TryRead(settings, out var problems) is null && problems.Any(problem => SettingOrigin.IsCommandLine(problem.Reason)))
            throw new SettingsException([.. problems.Select(problem => problem.ToString())]); // a bad file is the running agent's to tell

        var status = StatusFile.Read(LocalSettings.DataPath(settings));
        if (status is null)
        {
            output.WriteLine(json ? "{\"running\": false}" : "No agent has run with this data directory, or this user may not see it (try sudo)." + WhenItStarts);
            return ExitCode.Failed;
        }

        if (json) output.WriteLine(JsonSerializer.Serialize(status, StatusJson.Default.AgentStatus));
        else output.Write(StatusText.Of(status, TimeProvider.System.GetUtcNow()));

        return status.Running ? ExitCode.Done : ExitCode.Failed;
    }
}
