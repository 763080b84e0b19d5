using Iot.Testing;

namespace Iot.Fuzz.Tests;

/// <summary>All that the fuzzer kept is run again: what it found interesting, and what once broke a reader.</summary>
public class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void No_seed_breaks_a_promise(string name)
    {
        var target = FuzzTarget.Named(name);
        Assert.NotEmpty(target.Seeds);
        Assert.All(target.Seeds, target.Run);
    }

    [Theory, MemberData(nameof(Targets))]
    public void No_input_of_the_corpus_breaks_a_promise(string name)
    {
        var inputs = CorpusFile.Read(InFuzz("Corpus", name + ".zip"));
        Assert.NotEmpty(inputs);
        Assert.All(inputs, FuzzTarget.Named(name).Run);
    }

    [Fact]
    public void No_input_that_once_broke_a_promise_does_so_again() => Assert.All(
        Directory.EnumerateDirectories(InFuzz("Regressions")).SelectMany(Inputs.FilesOf),
        file => FuzzTarget.Named(Path.GetFileName(Path.GetDirectoryName(file))!).Run(File.ReadAllBytes(file)));

    private static string InFuzz(params string[] path) => Path.Combine([RepositoryRoot.Path, "tests", "Iot.Fuzz", .. path]);
}
