using Iot.Testing;

namespace Iot.EndToEnd.Tests.Guide;

/// <summary>No page leads to another that is not there, to a heading that it does not have, or to a picture that is missing.</summary>
public class GuideLinksTests
{
    [Theory]
    [InlineData("analysts.md")]
    [InlineData("sql.md")]
    [InlineData("api.md")]
    [InlineData("runbook.md")]
    [InlineData("backup.md")]
    public void Every_link_leads_somewhere(string name)
    {
        var page = GuidePage.Of(name);
        var headings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in page.Links())
        {
            var (path, anchor) = link.Split('#') is [var file, var place] ? (file, place) : (link, "");
            var target = Path.Combine(RepositoryRoot.Path, "docs", path.Length == 0 ? name : path);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{name} leads to {link}");
            if (anchor.Length == 0) continue;

            if (!headings.TryGetValue(target, out var text)) headings[target] = text = string.Join('\n', File.ReadLines(target).Where(line => line.StartsWith('#')).Select(Anchor)) + "\n";
            Assert.Contains($"{anchor}\n", text, StringComparison.Ordinal);
        }
    }

    /// <summary>As GitHub makes it of a heading.</summary>
    private static string Anchor(string heading) =>
        new([.. heading.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c)]);
}
