namespace Iot.Fuzz;

/// <summary>Keeps of many inputs the few that reach what all of them reach: the smallest first, each that adds an edge.</summary>
/// <remarks>Needs instrumented assemblies. An edge taken once, twice, a few or many times is as many different ones, as afl-fuzz has it.</remarks>
internal sealed class Minimiser
{
    private readonly FuzzTarget _target;
    private readonly HashSet<(int Edge, int Bucket)> _reached = [];

    private Minimiser(FuzzTarget target)
    {
        _target = target;
        foreach (var seed in target.Seeds) target.Run(seed); // what runs once in a process is no input's
    }

    private int Edges => _reached.DistinctBy(edge => edge.Edge).Count();

    /// <summary>How many different edges the files reach.</summary>
    public static int EdgesOf(FuzzTarget target, string from)
    {
        var minimiser = new Minimiser(target);
        foreach (var file in Inputs.FilesOf(from)) minimiser.TryAdd(File.ReadAllBytes(file));
        return minimiser.Edges;
    }

    /// <returns>What was done, for people.</returns>
    public static string Minimise(FuzzTarget target, string from, string to)
    {
        var minimiser = new Minimiser(target);
        var all = Inputs.FilesOf(from).Select(File.ReadAllBytes).OrderBy(input => input.Length).ToList();
        var kept = all.Where(minimiser.TryAdd).ToList();
        CorpusFile.Write(to, kept);
        return $"{target.Name}: {kept.Count} of {all.Count} inputs, {kept.Sum(input => input.Length)} bytes, reach {minimiser.Edges} edges";
    }

    /// <summary>False when it reaches nothing that those before do not reach.</summary>
    private bool TryAdd(byte[] input)
    {
        EdgeMap.Clear();
        EdgeMap.ForgetPlace();
        _target.Run(input);

        var adds = false;
        var counts = EdgeMap.Counts;
        for (var edge = 0; edge < counts.Length; edge++)
            if (counts[edge] > 0) adds |= _reached.Add((edge, Bucket(counts[edge])));

        return adds;
    }

    private static int Bucket(byte count) => count switch { < 4 => count, < 8 => 4, < 16 => 5, < 32 => 6, < 128 => 7, _ => 8 };
}
