using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Iot.EdgeAgent;

/// <summary>Where a setting stands: which file, the environment or the command line.</summary>
internal static class SettingOrigin
{
    private const string CommandLine = "the command line";

    /// <summary>Adds to a problem where its key is set: <c>Gateway:MaxInFlight = 0: must be between 1 and 1000. It stands in /etc/iot-edge-agent/10-site.json.</c></summary>
    public static string Name(IConfiguration configuration, string problem)
    {
        var key = problem.Split([" = ", ": "], 2, StringSplitOptions.None)[0];
        var places = key.Contains(' ', StringComparison.Ordinal) ? [] : Of(configuration, key).ToList();
        return places.Count == 0 ? problem : $"{problem} It stands in {string.Join(" and ", places)}.";
    }

    public static bool IsCommandLine(string problem) => problem.EndsWith($"It stands in {CommandLine}.", StringComparison.Ordinal);

    /// <summary>The source whose value counts; those of all keys beneath it when <paramref name="key"/> is a section.</summary>
    private static IEnumerable<string> Of(IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root) return [];

        var last = root.Providers.LastOrDefault(provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any());
        return last switch
        {
            ChainedConfigurationProvider chained => Of(chained.Configuration, key),
            JsonConfigurationProvider file => [file.Source.FileProvider?.GetFileInfo(file.Source.Path ?? "").PhysicalPath ?? file.Source.Path ?? "a file"],
            EnvironmentVariablesConfigurationProvider => [$"the environment variable {key.Replace(":", "__", StringComparison.Ordinal)}"],
            CommandLineConfigurationProvider => [CommandLine],
            _ => [],
        };
    }
}
