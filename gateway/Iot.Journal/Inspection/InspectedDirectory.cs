namespace Iot.Journal;

/// <summary>The segment files of a directory in the order of their offsets, told apart as opening the journal would.</summary>
internal static class InspectedDirectory
{
    public static IReadOnlyList<InspectedFile> Read(IDisk disk, string directory, TimeProvider clock)
    {
        var files = disk.List(directory).Select(entry => InspectedFile.TryRead(disk, directory, entry, clock)).OfType<InspectedFile>()
            .OrderBy(file => file.FirstOffset).ThenBy(file => file.Path, StringComparer.Ordinal).ToList();

        var judged = files.ConvertAll(JudgeName);
        var identity = JournalIdentity.Of(judged.Where(file => file.IsLive).Select(file => (file.Header?.Identity ?? 0, file.FirstOffset)));
        judged = judged.ConvertAll(file => JudgeIdentity(file, identity));

        foreach (var rivals in judged.Where(file => file.IsLive).GroupBy(file => file.FirstOffset).Where(rivals => rivals.Count() > 1))
        {
            foreach (var shorter in rivals.OrderByDescending(file => file.Length).Skip(1))
                judged[judged.IndexOf(shorter)] = shorter with { State = SegmentState.Foreign, Note = "a longer file holds the same offsets" };
        }

        return judged;
    }

    private static InspectedFile JudgeName(InspectedFile file) =>
        !file.IsLive || file.Header is not { } header || header.FirstOffset == file.FirstOffset
            ? file
            : Foreign(file, $"its header says it starts at offset {header.FirstOffset}");

    private static InspectedFile JudgeIdentity(InspectedFile file, ulong identity) =>
        file is { IsLive: true, Header.Identity: not 0 } && file.Header?.Identity != identity ? Foreign(file, "it belongs to another journal") : file;

    private static InspectedFile Foreign(InspectedFile file, string why) => file with { State = SegmentState.Foreign, Note = why };
}
