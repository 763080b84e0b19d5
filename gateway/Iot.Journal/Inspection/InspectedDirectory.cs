namespace Iot.Journal;

/// <summary>The segment files of a directory in the order of their offsets, told apart as opening the journal would.</summary>
internal static class InspectedDirectory
{
    public static IReadOnlyList<InspectedFile> Read(IDisk disk, string directory, TimeProvider clock)
    {
        var files = disk.List(directory).Select(entry => InspectedFile.TryRead(disk, directory, entry, clock)).OfType<InspectedFile>()
            .OrderBy(file => file.FirstOffset).ThenBy(file => file.Path, StringComparer.Ordinal).ToList();

        var identity = files.Where(file => file.IsLive).Select(file => file.Header?.Identity).OfType<ulong>()
            .CountBy(found => found).OrderByDescending(found => found.Value).Select(found => found.Key).FirstOrDefault();
        var judged = files.ConvertAll(file => Judge(file, identity));

        foreach (var rivals in judged.Where(file => file.IsLive).GroupBy(file => file.FirstOffset).Where(rivals => rivals.Count() > 1))
        {
            foreach (var shorter in rivals.OrderByDescending(file => file.Length).Skip(1))
                judged[judged.IndexOf(shorter)] = shorter with { State = SegmentState.Foreign, Note = "a longer file holds the same offsets" };
        }

        return judged;
    }

    private static InspectedFile Judge(InspectedFile file, ulong identity)
    {
        if (!file.IsLive || file.Header is not { } header) return file;
        if (header.FirstOffset != file.FirstOffset) return Foreign(file, $"its header says it starts at offset {header.FirstOffset}");
        return header.Identity == identity ? file : Foreign(file, "it belongs to another journal");
    }

    private static InspectedFile Foreign(InspectedFile file, string why) => file with { State = SegmentState.Foreign, Note = why };
}
