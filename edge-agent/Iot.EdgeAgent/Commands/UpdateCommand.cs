using System.CommandLine;
using System.Globalization;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Updating;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent update</c>: root's part of an update. <c>iot-edge-agent-update.service</c> runs it.</summary>
internal static class UpdateCommand
{
    private const string About =
        "Installs what the running agent has fetched, when its signature is right, and takes it back when it does not reach the gateway.\n" +
        "iot-edge-agent-update.service runs this as root; which version is wanted is said by Update:Version.";

    public static Command Create(string[] settings)
    {
        var root = new Option<string>("--root") { Description = "Where packages are installed.", DefaultValueFactory = _ => "/", Hidden = true };
        var state = new Option<string>("--state") { Description = "Where the packages are kept.", DefaultValueFactory = _ => "/var/lib/iot-edge-agent-update", Hidden = true };
        var update = new Command("update", About) { root, state };
        update.SetAction((parsed, cancellation) => RunAsync(
            settings, parsed.GetRequiredValue(root), parsed.GetRequiredValue(state), parsed.InvocationConfiguration.Output, cancellation));
        return update;
    }

    private static async Task<int> RunAsync(string[] settings, string root, string state, TextWriter output, CancellationToken cancellation)
    {
        var options = AgentSettings.Load(AgentSettings.Sources(settings));
        var data = InstalledService.DirectoryFor(options.Data);
        var paths = new UpdatePaths(data, state, Path.Join(root, UpdatePaths.KeyFile));
        var trial = new UpdateTrial(() => StatusFile.Read(data), TimeProvider.System);
        var installer = new UpdateInstaller(paths, new(root), trial, options.Update, AgentContext.ProgramVersion, TimeProvider.System);
        if (await installer.RunAsync(cancellation) is not { } result)
        {
            await output.WriteLineAsync("Nothing waits to be installed.");
            return ExitCode.Done;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{result.Version}: {Words(result.State)}{(result.Reason is null ? "." : ": " + result.Reason)}"));
        return ExitCode.Done; // whichever it is, it is ended: the service starts this again only after a failure
    }

    private static string Words(UpdateState state) => state switch
    {
        UpdateState.Applied => "installed, and it serves",
        UpdateState.RolledBack => "taken back, the version before goes on",
        UpdateState.GoingBack => "not yet taken back",
        _ => "refused, nothing was changed",
    };
}
