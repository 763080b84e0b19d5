using System.Text.Json;
using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.Architecture.Tests;

/// <summary>The provisioned dashboard asks for what the edge agent sends.</summary>
public partial class GrafanaDashboardTests
{
    [Fact]
    public async Task Every_series_it_shows_is_one_that_the_agent_samples()
    {
        var shown = Texts().SelectMany(text => SeriesName().Matches(text)).Select(series => $"{series.Groups["measurement"]}/{series.Groups["field"]}").ToList();

        var (exitCode, sampled) = await RealProcess.RunAsync(BuiltProgram.EdgeAgent, ["sensors", "test", "system", "--count", "2"]);

        Assert.Equal(0, exitCode);
        Assert.Equal(["cpu/usage", "load/1m", "memory/available"], shown.Order());
        Assert.All(shown, series => Assert.Contains($"{series} ", sampled, StringComparison.Ordinal));
    }

    /// <summary>What its panels ask InfluxDB.</summary>
    private static IEnumerable<string> Texts()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docker/grafana/dashboards/fleet.json")));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Where(target => target.TryGetProperty("query", out _))
            .Select(target => target.GetProperty("query").GetString()!)];
    }

    /// <summary>Of series that have fixed names, not those of a variable.</summary>
    [GeneratedRegex("\\(\"(?<field>[^\"$]+)\"\\) FROM \"(?<measurement>[^\"$]+)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SeriesName();
}
