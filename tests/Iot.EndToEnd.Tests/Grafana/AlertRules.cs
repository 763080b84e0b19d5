using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>The rule file, its tests and the runbook, as texts.</summary>
internal static partial class AlertRules
{
    public static string Rules { get; } = Read($"{ObservedGateway.Rules}/iot-gateway.yml");

    public static string Tests { get; } = Read("docker/prometheus/tests/iot-gateway.yml");

    public static string Runbook { get; } = Read("docs/runbook.md");

    public static IReadOnlyList<string> Names { get; } = [.. Alert().Matches(Rules).Select(match => match.Groups["name"].Value)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path));

    [GeneratedRegex(@"(?m)^ +- alert: (?<name>\w+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alert();
}
