using System.Text.RegularExpressions;

namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>The name of an IIO channel's file, taken apart: <c>in_voltage0-voltage1_raw</c>, <c>in_accel_x_raw</c>, <c>in_temp_input</c>.</summary>
/// <param name="Stem">All but the last part: <c>in_voltage0</c>.</param>
/// <param name="Type">What is measured: <c>voltage</c>.</param>
/// <param name="Index">Which of them: <c>0</c>, of a difference <c>0-1</c>, empty when there is one only.</param>
/// <param name="Modifier">Which side of it: <c>x</c>, <c>ambient</c>, <c>co2</c>; empty for none.</param>
internal sealed partial record IioChannelName(string Stem, string Type, string Index, string Modifier)
{
    /// <summary>Parts of the name that tell channels of one type in one device apart; empty when nothing needs to.</summary>
    public string Suffix => string.Join('.', new[] { Index, Modifier }.Where(part => part.Length > 0));

    /// <summary>Null when it is no channel that is read: <c>in_voltage_scale</c>, <c>out_voltage0_raw</c>.</summary>
    public static IioChannelName? Parse(string file)
    {
        var match = Channel().Match(file);
        if (!match.Success) return null;

        var second = match.Groups["second"].Value;
        var index = match.Groups["index"].Value + (second.Length > 0 ? "-" + second : "");
        return new(match.Groups["stem"].Value, match.Groups["type"].Value, index, match.Groups["modifier"].Value);
    }

    /// <summary>Where a property such as <c>scale</c> may stand: the channel's own file first, then those it shares with others.</summary>
    public IEnumerable<string> Files(string property)
    {
        yield return $"{Stem}_{property}";
        if (Modifier.Length > 0 && Index.Length > 0) yield return $"in_{Type}_{Modifier}_{property}";
        if (Index.Contains('-', StringComparison.Ordinal)) yield return $"in_{Type}-{Type}_{property}";
        yield return $"in_{Type}_{property}";
        yield return $"in_{property}";
        yield return property;
    }

    [GeneratedRegex(
        "^(?<stem>in_(?<type>[a-z]+)(?<index>[0-9]*)(-[a-z]+(?<second>[0-9]+))?(_(?<modifier>[a-z0-9_&]+?))?)_(raw|input)$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Channel();
}
