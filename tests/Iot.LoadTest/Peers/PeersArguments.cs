namespace Iot.LoadTest.Peers;

/// <summary>What to compare, and for how long.</summary>
/// <param name="Directory">This folder's scripts with their packages installed beside them.</param>
/// <param name="Peers">In the order of the tables.</param>
/// <param name="Duration">Of each load.</param>
internal sealed record PeersArguments(string Directory, IReadOnlyList<Peer> Peers, TimeSpan WarmUp, TimeSpan Duration, int Repeat, string Gateway)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static PeersArguments Parse(string[] args)
    {
        if (args.Length == 0 || !File.Exists(Path.Combine(args[0], "node_modules/node-red/red.js")))
            throw new FormatException("peers: needs a directory with the scripts of tests/Iot.LoadTest/Peers in which 'npm ci' has run, as tests/bench.sh peers makes it.");

        var arguments = new PeersArguments(Path.GetFullPath(args[0]), Peer.All, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5), 1, Programs.Gateway);
        foreach (var (option, value) in LoadArguments.Options(args.AsSpan(1)))
        {
            arguments = option switch
            {
                "--only" => arguments with { Peers = [.. value.Split(',').Select(Named)] },
                "--seconds" => arguments with { Duration = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 2, 3600)) },
                "--warm-up" => arguments with { WarmUp = TimeSpan.FromSeconds(LoadArguments.Number(option, value, 1, 3600)) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        if (!File.Exists(arguments.Gateway)) throw new FormatException($"There is no {arguments.Gateway}: dotnet build gateway/Iot.Gateway -c Release makes it.");

        return arguments;
    }

    private static Peer Named(string word) => Peer.All.FirstOrDefault(peer => peer.Word.Equals(word, StringComparison.Ordinal))
        ?? throw new FormatException($"--only {word}: must be one of {string.Join(", ", Peer.All.Select(peer => peer.Word))}.");
}
