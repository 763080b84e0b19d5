using System.CommandLine;
using System.Text.Json;
using Iot.Configuration;

namespace Iot.EdgeAgent.Commands;

/// <summary>The commands of <c>iot-edge-agent</c>; run is the default.</summary>
internal static class CommandLine
{
    private const string About =
        "Samples this machine's sensors, stores the readings and publishes them to a gateway over MQTT.\n\n" +
        "Any setting may follow as --Section:Key VALUE, such as --Gateway:Url mqtts://gateway:8883 or --Device:Id pump-7; " +
        "settings also come from appsettings.json beside the program, /etc/iot-edge-agent/*.json and the environment (Section__Key).";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var output = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            if (SettingArguments.TryParse(arguments, out var whyNot) is not { } parted) return Wrong(output.Error, whyNot);

            var parsed = Root(parted.Settings).Parse(parted.Commands);
            if (parsed.Errors.Count > 0)
                return Wrong(output.Error, string.Join(Environment.NewLine, parsed.Errors.Select(error => error.Message)) + " See iot-edge-agent --help.");

            return await parsed.InvokeAsync(output);
        }
        catch (SettingsException e)
        {
            return Wrong(output.Error, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            await output.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }

    private static RootCommand Root(string[] settings)
    {
        var root = new RootCommand(About);
        root.SetAction((_, _) => AgentHost.RunAsync(settings));

        var run = new Command("run", "Sample, store and publish until SIGTERM (the default).");
        run.SetAction((_, _) => AgentHost.RunAsync(settings));
        root.Add(run);

        root.Add(SetupCommand.Create(settings));
        root.Add(StatusCommand.Create(settings));
        root.Add(DoctorCommand.Create(settings));
        root.Add(EnrollCommand.Create(settings));
        root.Add(SensorsCommand.Create(settings));
        root.Add(UpdateCommand.Create(settings));
        return root;
    }

    private static int Wrong(TextWriter error, string problem)
    {
        error.WriteLine(problem);
        return ExitCode.WrongUsage;
    }
}
