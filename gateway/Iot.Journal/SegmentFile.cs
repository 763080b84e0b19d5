using System.Globalization;

namespace Iot.Journal;

/// <summary>A file that is named like a segment.</summary>
internal sealed class SegmentFile
{
    private const int Digits = 20;

    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly ulong _firstOffset;
    private readonly bool _isSuspect;

    private SegmentFile(IDisk disk, string directory, string name, ulong firstOffset, bool isSuspect)
    {
        (_disk, _directory, _firstOffset, _isSuspect) = (disk, directory, firstOffset, isSuspect);
        Path = System.IO.Path.Combine(directory, name);
    }

    public string Path { get; }

    /// <summary>Null when the name is not one of a segment.</summary>
    public static SegmentFile? TryParse(IDisk disk, string directory, string name)
    {
        if (name.Length <= Digits || !ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var first))
            return null;

        return name[Digits..] switch
        {
            Segment.Extension => new(disk, directory, name, first, isSuspect: false),
            Segment.SuspectExtension => new(disk, directory, name, first, isSuspect: true),
            _ => null,
        };
    }

    /// <param name="clock">Its time is taken as that of creation when the header does not tell.</param>
    public SegmentFinding Inspect(TimeProvider clock)
    {
        var unreadable = UnreadableBlocks.GivenUpAtOnce();
        using var file = Open(unreadable, clock);
        var length = file.Length;
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        var read = file.Read(bytes, 0);

        if (SegmentHeader.TryRead(bytes[..read], out var header, out var version)) return Judge(header, version, length);
        if (length <= SegmentHeader.Size) return new() { IsEmpty = true };

        using var scanner = new FrameScanner(Open(unreadable, clock), mark: 0, _firstOffset);
        if (!scanner.TryNext(length, ulong.MaxValue, out _, out _) && unreadable.IsEmpty) return new() { Why = "it holds no record of ours" };

        header = new(Mark: 0, Identity: 0, _firstOffset, clock.GetUtcNow());
        var segment = new Segment(_directory, header, length, _isSuspect);
        segment.MarkSuspect(_disk);
        return new() { Segment = segment };
    }

    private ReadAroundFile Open(UnreadableBlocks unreadable, TimeProvider clock) =>
        new(_disk.Open(Path, writable: false), unreadable, clock, static () => true);

    private SegmentFinding Judge(SegmentHeader header, uint version, long length)
    {
        if (version != SegmentHeader.Version)
        {
            throw new JournalUnusableException(Path, $"it has format version {version}, this program reads {SegmentHeader.Version}",
                "Start the version of the program that wrote it.");
        }

        return header.FirstOffset == _firstOffset
            ? new() { Segment = new(_directory, header, length, _isSuspect), Identity = header.Identity }
            : new() { Why = $"its header says it starts at offset {header.FirstOffset}" };
    }
}

/// <summary>A segment, or nothing but a file to delete, or one to set aside.</summary>
internal sealed record SegmentFinding
{
    public Segment? Segment { get; init; }

    /// <summary>0 when the header is unreadable.</summary>
    public ulong Identity { get; init; }

    public bool IsEmpty { get; init; }

    public string Why { get; init; } = "";
}
