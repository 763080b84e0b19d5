using Iot.Testing;

namespace Iot.Architecture.Tests;

/// <summary>What was written by hand, relative to the repository: no <c>obj</c>, no <c>bin</c>.</summary>
internal static class SourceFiles
{
    private static readonly string[] Trees = ["gateway", "edge-agent", "tests"];

    public static IReadOnlyList<string> All { get; } =
    [
        .. Trees
            .SelectMany(tree => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, tree), "*.*", SearchOption.AllDirectories))
            .Where(path => Path.GetExtension(path) is ".cs" or ".razor")
            .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path))
            .Where(path => !path.Split('/').Any(folder => folder is "obj" or "bin"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Those of one project by folder; <c>""</c> is the project's root.</summary>
    public static ILookup<string, string> ByFolder(string project) => All
        .Where(path => path.StartsWith(project + '/', StringComparison.Ordinal))
        .ToLookup(path => path[(project.Length + 1)..].Split('/') is [var folder, _, ..] ? folder : "");

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(RepositoryRoot.Path, path));
}
