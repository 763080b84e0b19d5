using System.Text.RegularExpressions;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>What an expression needs of the metrics: the series that it selects, and the labels that it names.</summary>
internal static partial class PromSelectors
{
    /// <summary>Such as <c>iot_gateway_journal_full</c> or <c>up{job="iot-gateway"}</c>, without a range.</summary>
    public static IReadOnlyList<string> Of(string expression) => [.. Selector().Matches(expression).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Those behind <c>by</c>, <c>on</c> and <c>ignoring</c>.</summary>
    public static IReadOnlyList<string> LabelsOf(string expression) =>
        [.. Labels().Matches(expression).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];

    /// <summary>Those that a legend shows.</summary>
    public static IEnumerable<string> InLegend(string legend) => Shown().Matches(legend).Select(match => match.Groups["label"].Value);

    public static string With(string selector, string label) =>
        selector.EndsWith('}') ? $"{selector[..^1]}, {label}!=\"\"}}" : $"{selector}{{{label}!=\"\"}}";

    [GeneratedRegex(@"\b(iot_gateway_\w+|dotnet_\w+|up|ALERTS)\b(\{[^}]*\})?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(by|on|ignoring)\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Labels();

    [GeneratedRegex(@"\{\{(?<label>\w+)\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shown();
}
