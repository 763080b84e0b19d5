using System.Text.RegularExpressions;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>A reading's name with places to fill in: <c>{device}/temperature</c>.</summary>
internal sealed partial class NameTemplate(string text)
{
    /// <summary>Where in the payload the value stood.</summary>
    public const string Path = "path";

    public IEnumerable<string> Words => Word().Matches(text).Select(match => match.Groups["word"].Value);

    public string Fill(IReadOnlyDictionary<string, string> topic, string path) => Word().Replace(text, match => match.Groups["word"].Value switch
    {
        Path => path,
        var word => topic.GetValueOrDefault(word, word).Replace('/', '.'),
    });

    [GeneratedRegex(@"\{(?<word>[A-Za-z0-9]+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
