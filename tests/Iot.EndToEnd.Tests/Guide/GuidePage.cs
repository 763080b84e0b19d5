using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Guide;

/// <summary>A page of docs: what it tells its readers to type.</summary>
public sealed partial class GuidePage(string text)
{
    public static GuidePage Of(string name) => new(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", name)));

    /// <summary>The part below the one heading that holds this, up to the next.</summary>
    public GuidePage Below(string heading)
    {
        var sections = text.Split("\n#");
        return new(sections.Single(section => section.Split('\n')[0].Contains(heading, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Blocks of this language, in order, without comments.</summary>
    public IEnumerable<string> Blocks(string language) => Block().Matches(text)
        .Where(match => match.Groups["language"].Value.Equals(language, StringComparison.Ordinal))
        .Select(match => match.Groups["text"].Value.Trim());

    /// <summary>Statements of all blocks of SQL.</summary>
    public IEnumerable<string> Statements() => Blocks("sql").SelectMany(block => block.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Pages and pictures of ours that it leads to.</summary>
    public IEnumerable<string> Links() => Link().Matches(text).Select(match => match.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex("^ *```(?<language>[a-z]+)\n(?<text>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();

    [GeneratedRegex("\\]\\((?<to>[^)]+)\\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
