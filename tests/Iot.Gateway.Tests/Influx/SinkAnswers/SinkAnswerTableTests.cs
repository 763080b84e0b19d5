using System.Reflection;
using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>The table in ARCHITECTURE.md and the tests beside this file: a class for each row, a row for each class.</summary>
public sealed partial class SinkAnswerTableTests
{
    [Fact]
    public void Each_row_of_the_table_names_a_class_of_tests_and_each_class_here_has_a_row()
    {
        var rows = Section().Match(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "ARCHITECTURE.md"))).Value.Split('\n')
            .Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|', ' ').Split('|')[^1].Trim()).ToList();
        Assert.All(rows, row => Assert.Matches("^`[A-Za-z]+Tests`(, `[A-Za-z]+Tests`)*$", row));

        var named = rows.SelectMany(row => row.Split(", ")).Select(name => name.Trim('`')).ToHashSet(StringComparer.Ordinal);
        var classes = typeof(SinkAnswerTableTests).Assembly.GetTypes().Where(HasTests).ToLookup(type => type.Name, StringComparer.Ordinal);
        Assert.All(named, name => Assert.True(classes.Contains(name), $"{name} is in ARCHITECTURE.md and nowhere else"));

        var here = classes.SelectMany(types => types).Where(type => typeof(SinkAnswerTableTests).Namespace!.Equals(type.Namespace, StringComparison.Ordinal) && type != typeof(SinkAnswerTableTests));
        Assert.All(here, type => Assert.Contains(type.Name, named));
    }

    private static bool HasTests(Type type) => type.GetMethods().Any(method => method.GetCustomAttribute<FactAttribute>() is not null);

    [GeneratedRegex("(?<=## Sink answers, and what becomes of the data\n).*?(?=\n## )", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();
}
