using Iot.Gateway.Ledger;
using Iot.Journal;

namespace Iot.Gateway.Replay;

/// <summary>Where the notes of replays lie: one file a sink in the state folder.</summary>
internal sealed class ReplayFiles(string directory, IDisk disk)
{
    private const string Prefix = "replay-";
    private const string Extension = ".state";

    public SnapshotFile Of(string sink) => new(Path.Combine(directory, Prefix + sink + Extension), disk);

    /// <summary>By sink: those configured, and those that left a file behind.</summary>
    public IReadOnlyDictionary<string, SnapshotFile> All(IEnumerable<string> configured)
    {
        disk.CreateDirectory(directory);
        var left = disk.List(directory).Select(entry => entry.Name).Where(IsOurs).Select(NameOf);
        return configured.Union(left, StringComparer.Ordinal).ToDictionary(sink => sink, Of, StringComparer.Ordinal);
    }

    private static bool IsOurs(string file) => file.StartsWith(Prefix, StringComparison.Ordinal) && file.EndsWith(Extension, StringComparison.Ordinal);

    private static string NameOf(string file) => file[Prefix.Length..^Extension.Length];
}
