using System.Globalization;

namespace Iot.Journal;

/// <summary>A segment file by its name and its header.</summary>
internal sealed record InspectedFile(string Path, ulong FirstOffset, SegmentState State, long Length)
{
    private const int Digits = 20;

    /// <summary>Null when it is unreadable: then every mark counts.</summary>
    public SegmentHeader? Header { get; private init; }

    public string Note { get; init; } = "";

    /// <summary>The journal would read it.</summary>
    public bool IsLive => State is SegmentState.Ok or SegmentState.Suspect;

    /// <summary>Null for a file that is named like none of a journal, or that is gone meanwhile.</summary>
    /// <exception cref="NotAJournalException">A version that this program does not read.</exception>
    public static InspectedFile? TryRead(IDisk disk, string directory, DiskEntry entry, TimeProvider clock)
    {
        var path = System.IO.Path.Combine(directory, entry.Name);
        if (entry.Name.Contains(Segment.ForeignExtension, StringComparison.Ordinal))
            return new(path, 0, SegmentState.Foreign, entry.Length) { Note = "set aside when the journal was opened" };

        if (entry.Name.Length <= Digits || !ulong.TryParse(entry.Name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var first))
            return null;

        return entry.Name[Digits..] switch
        {
            Segment.Extension => Read(disk, new(path, first, SegmentState.Ok, entry.Length), clock),
            Segment.SuspectExtension => Read(disk, new(path, first, SegmentState.Suspect, entry.Length), clock),
            var rest when rest.StartsWith(Segment.DamagedExtension, StringComparison.Ordinal) =>
                Read(disk, new(path, first, SegmentState.Damaged, entry.Length), clock),
            _ => null,
        };
    }

    /// <summary>A file of any name that begins with a header.</summary>
    public static InspectedFile? TryRead(IDisk disk, string path, TimeProvider clock)
    {
        using var file = disk.Open(path, writable: false);
        var read = Read(disk, new(path, 0, SegmentState.Ok, file.Length), clock);
        return read?.Header is { } header ? read with { FirstOffset = header.FirstOffset } : null;
    }

    public IDiskFile Open(IDisk disk, UnreadableBlocks unreadable, TimeProvider clock) =>
        new ReadAroundFile(disk.Open(Path, writable: false), unreadable, clock, static () => true);

    private static InspectedFile? Read(IDisk disk, InspectedFile named, TimeProvider clock)
    {
        try
        {
            using var file = named.Open(disk, UnreadableBlocks.GivenUpAtOnce(), clock);
            Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
            var read = file.Read(bytes, 0);
            if (!SegmentHeader.TryRead(bytes[..read], out var header, out var version)) return named with { Note = "its header is unreadable" };
            if (version == SegmentHeader.Version) return named with { Header = header };

            throw new NotAJournalException(named.Path, $"has format version {version}, this program reads {SegmentHeader.Version}",
                "Use the version of the program that wrote it.");
        }
        catch (DiskException failure) when (failure.IsMissing)
        {
            return null; // reclaimed or renamed since it was listed
        }
    }
}
