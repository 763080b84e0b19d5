using System.Text;
using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.Wire.Tests;

/// <summary>WIRE.md says what the code does.</summary>
public partial class WireDocumentTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "gateway", "Iot.Wire");

    private static readonly string Document = File.ReadAllText(Path.Combine(Folder, "WIRE.md"));

    [Fact]
    public void Every_file_it_must_match_exists()
    {
        var files = SourceFile().Matches(Document[..Document.IndexOf("## Topics", StringComparison.Ordinal)]).Select(m => m.Groups["file"].Value).ToArray();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Folder, file)), file));
    }

    [Fact]
    public void Its_bytes_are_those_of_the_encoder()
    {
        var lines = Block("hex").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => HexColumn().Match(line).Value);

        Assert.Equal(
            Convert.ToHexString(Packs.Encode(Form.Cbor, GoldenBytesTests.Pack())),
            string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_json_is_that_of_the_encoder() =>
        Assert.Equal(Encoding.UTF8.GetString(Packs.Encode(Form.Json, GoldenBytesTests.Pack())), Block("json").Trim());

    [Fact]
    public void Its_tables_name_every_error_and_every_defect_by_number()
    {
        foreach (var error in Enum.GetValues<DecodeError>().Where(e => e != DecodeError.None)) Assert.Contains($"| {(int)error} | `{error}` |", Document, StringComparison.Ordinal);
        foreach (var defect in Enum.GetValues<ReadingDefect>().Where(d => d != ReadingDefect.None)) Assert.Contains($"| {(int)defect} | `{defect}` |", Document, StringComparison.Ordinal);
    }

    private static string Block(string language)
    {
        var start = Document.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return Document[start..Document.IndexOf("```", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("`(?<file>[A-Za-z.]+\\.cs)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SourceFile();

    /// <summary>Up to the first two blanks behind a digit.</summary>
    [GeneratedRegex("^ *[0-9A-F]+( [0-9A-F]+)*(?=  |$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexColumn();
}
