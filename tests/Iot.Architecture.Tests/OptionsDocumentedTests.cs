using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Iot.EdgeAgent;
using Iot.Gateway;
using Iot.Journal;
using Iot.Testing;

namespace Iot.Architecture.Tests;

/// <summary>Every key says what it is, what it may be and what it is when nobody says; docs/configuration.md says the same.</summary>
public sealed partial class OptionsDocumentedTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));

    private static readonly Key[] Keys = [.. KeysOf(typeof(GatewayHost).Assembly), .. KeysOf(typeof(JournalOptions).Assembly), .. KeysOf(typeof(AgentHost).Assembly)];

    [Fact]
    public void Every_key_states_its_default_or_that_it_is_required()
    {
        Assert.True(Keys.Length > 90, $"only {Keys.Length} keys were found");
        Assert.Empty(Keys.Where(key => !key.IsSection && !Default().IsMatch(key.Words)).Select(key => $"{key.Name}: {key.Words}"));
    }

    [Fact]
    public void The_page_says_what_the_code_says() =>
        Assert.Empty(Keys.Where(key => !Page.Contains(key.Row)).Select(key => key.Row));

    [Fact]
    public void Every_section_has_a_heading() =>
        Assert.Empty(Keys.Select(key => $"### {key.Name[..key.Name.LastIndexOf(':')]}").Distinct().Except(Page));

    /// <summary><c>Influx:Client</c> exists with the build property UseInfluxDbClient only.</summary>
    [Fact]
    public void The_page_names_no_key_that_there_is_not() => Assert.Empty(
        Page.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Except(Keys.Select(key => key.Name)).Except(["Sinks", "Influx:Client"]));

    private static IEnumerable<Key> KeysOf(Assembly assembly)
    {
        var members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        foreach (var options in assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)))
        {
            if (options.GetField("Section")?.GetRawConstantValue() is not string section) continue;

            var prefix = section is "Sensors" or "Outbox:Streams" ? $"{section}:NAME" : section;
            foreach (var property in options.GetProperties().Where(property => property.CanWrite))
            {
                var summary = members.GetValueOrDefault($"P:{options.FullName}.{property.Name}")?.Element("summary");
                yield return new($"{prefix}:{property.Name}", Words(summary), property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>As Markdown writes it: <c>code</c> and references in back quotes, in one line.</summary>
    private static string Words(XElement? summary)
    {
        if (summary is null) return "";

        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
            _ => node.ToString(),
        }));
        return Blank().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"[Dd]efault|\bRequired", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Default();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();

    /// <param name="IsSection">Keys of its own stand below it.</param>
    private sealed record Key(string Name, string Words, bool IsSection)
    {
        public string Row => $"| `{Name}` | {Words} |";
    }
}
