namespace Iot.Architecture.Tests;

/// <summary>Small files, small methods, one idea each.</summary>
public sealed class FileSizeTests
{
    private const int MostLines = 250;
    private const int MostMethodLines = 40;
    private static readonly string[] Drawers = ["Common", "Core", "Utils", "Util", "Helpers", "Helper", "Managers", "Misc", "Shared"];

    [Fact]
    public void No_file_is_longer_than_250_lines() => Assert.Empty(
        SourceFiles.All.Select(path => (path, lines: SourceFiles.Lines(path).Length)).Where(file => file.lines > MostLines).Select(file => $"{file.path}: {file.lines}"));

    [Fact]
    public void No_folder_and_no_file_is_a_drawer() => Assert.DoesNotContain(
        SourceFiles.All, path => path.Split('/').Any(part => Drawers.Contains(Path.GetFileNameWithoutExtension(part))));

    /// <summary>A method of a type in a namespace begins and ends at four spaces, since namespaces take no indent.</summary>
    [Fact]
    public void No_method_of_the_programs_is_longer_than_40_lines() => Assert.Empty(
        SourceFiles.All.Where(path => !path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(LongMethods));

    private static IEnumerable<string> LongMethods(string path)
    {
        var lines = SourceFiles.Lines(path);
        for (var start = 1; start < lines.Length; start++)
        {
            if (lines[start] is not "    {") continue;

            var end = Array.FindIndex(lines, start, line => line is "    }" or "    };");
            if (end - start - 1 > MostMethodLines) yield return $"{path}:{start} {lines[start - 1].Trim()}: {end - start - 1} lines";
        }
    }
}
