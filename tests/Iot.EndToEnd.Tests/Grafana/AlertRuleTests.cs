using System.Text.RegularExpressions;
using Iot.Gateway.Commands;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>The alert rules by promtool, and the runbook that they lead to.</summary>
public sealed partial class AlertRuleTests
{
    [Theory]
    [InlineData("check", "rules", "docker/prometheus/rules/iot-gateway.yml")]
    [InlineData("check", "config", "--syntax-only", "docker/prometheus/prometheus.yml")]
    [InlineData("test", "rules", "docker/prometheus/tests/iot-gateway.yml")]
    public async Task Promtool_is_content(params string[] words)
    {
        var (exitCode, output) = await RealProcess.RunAsync("promtool", [.. words[..^1], Path.Combine(RepositoryRoot.Path, words[^1])]);

        Assert.True(exitCode == 0 && output.Contains("SUCCESS", StringComparison.Ordinal), output);
    }

    [Fact]
    public void Each_alert_is_seen_to_fire_and_its_series_are_in_the_good_case()
    {
        var good = AlertRules.Tests[..AlertRules.Tests.IndexOf("- name: a gateway that stopped", StringComparison.Ordinal)];

        Assert.All(AlertRules.Names, alert => Assert.Contains($"alertname=\"{alert}\"", AlertRules.Tests, StringComparison.Ordinal));
        Assert.DoesNotContain("alertname=", good, StringComparison.Ordinal);
        Assert.All(PromSelectors.Of(string.Join('\n', Expressions())), selector => Assert.Contains($"'{selector.Split('{')[0]}{{", good, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_alert_says_how_bad_what_and_what_to_do_first_and_leads_to_its_section()
    {
        foreach (var rule in AlertRules.Rules.Split("- alert: ")[1..])
        {
            var alert = rule[..rule.IndexOf('\n', StringComparison.Ordinal)];
            Assert.Matches(@"labels: \{ severity: (critical|warning) \}", rule);
            Assert.Contains("summary: ", rule, StringComparison.Ordinal);
            Assert.Matches("description: \".* First: .*\"", rule);
            Assert.Contains($"runbook_url: docs/runbook.md#{alert.ToLowerInvariant()}\n", rule, StringComparison.Ordinal);
        }

        Assert.Equal(AlertRules.Names, Sections().Matches(AlertRules.Runbook).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public void Every_command_that_rules_and_runbook_name_exists()
    {
        var commands = Commands().Matches(AlertRules.Rules + AlertRules.Runbook).Select(match => match.Groups["words"].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(commands.Count > 10, string.Join('\n', commands));

        Assert.All(commands, command => Assert.Empty(GatewayCommandLine.Root([]).Parse(WithValues(command)).Errors.Select(error => error.Message)));
    }

    private static IEnumerable<string> Expressions() =>
        AlertRules.Rules.Split("- alert: ")[1..].Select(rule => rule[rule.IndexOf("expr: ", StringComparison.Ordinal)..rule.IndexOf("labels: {", StringComparison.Ordinal)]);

    /// <summary>What a person puts in for the words in capitals.</summary>
    private static string WithValues(string command) => Capitals().Replace(command, word => word.Value switch
    {
        "ID" or "TIME" => "1",
        "REASON" => "malformed",
        var name => name.ToLowerInvariant(),
    });

    [GeneratedRegex(@"(?m)^## (?<name>[A-Z]\w+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sections();

    /// <summary>Between back ticks.</summary>
    [GeneratedRegex("`iot-gateway (?<words>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Commands();

    [GeneratedRegex(@"\b[A-Z]{2,}\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Capitals();
}
