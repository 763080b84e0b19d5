#pragma warning disable CA1416 // modes of files: the agent runs on Linux

using System.Text.Json;
using Iot.Configuration;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether the agent could start with its settings; without them there is nothing else to examine.</summary>
internal static class ConfigurationCheck
{
    private const string Check = "configuration";
    private const string Root = "Run the same as root, with sudo.";

    /// <returns>Null when something failed that all else rests on.</returns>
    public static (IReadOnlyList<Finding> Findings, Installation? Installation) Run(string[] settings, TimeProvider clock)
    {
        try
        {
            var configuration = AgentSettings.Sources(settings);
            var options = AgentSettings.Load(configuration);
            var data = InstalledService.DirectoryFor(options.Data);
            if (Directory.Exists(data)) _ = Directory.EnumerateFileSystemEntries(data).FirstOrDefault(); // or it would look empty to who may not enter
            if (File.Exists(IdentityPath(data)) && new IdentityFiles(data).Read() is { } identity)
                return (Files(), new(AgentSettings.Load(AgentSettings.Enrolled(configuration, identity)), data, identity, StatusFile.Read(data), clock));

            return (Files(), new(options, data, Identity: null, StatusFile.Read(data), clock));
        }
        catch (SettingsException e)
        {
            return ([.. e.Problems.Select(problem => Finding.Fail(Check, problem.TrimEnd('.'), "Correct it, then run the doctor again; all other checks rest on it."))], null);
        }
        catch (UnauthorizedAccessException e)
        {
            return ([Finding.Fail(Check, e.Message.Split(". Run")[0].TrimEnd('.'), Root)], null);
        }
        catch (IdentityException e)
        {
            return ([Finding.Fail("identity", e.Message.Split(". Put")[0], "Put it back from a copy, or delete it and enroll anew: iot-gateway devices token DEVICE on the gateway.")], null);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return ([Finding.Fail(Check, e.Message.TrimEnd('.'), Root)], null);
        }
    }

    private static string IdentityPath(string data) => new IdentityFiles(data).Path;

    /// <summary>The service's user is not root: what it may not read, it cannot start with.</summary>
    private static List<Finding> Files()
    {
        var directory = AgentSettings.SystemDirectory;
        string[] files = Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal)] : [];
        var read = files.Length == 0 ? $"defaults; there is no file in {directory}" : $"{string.Join(", ", files.Select(Path.GetFileName))} in {directory}";
        List<Finding> findings = [Finding.Ok(Check, read)];
        findings.AddRange(files.Where(file => !File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead))
            .Select(file => Finding.Fail(Check, $"'{file}' is not for everybody to read, so the service cannot", $"sudo chmod a+r {file}; secrets belong into files of their own.")));
        return findings;
    }
}
