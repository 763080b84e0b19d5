using System.Globalization;

namespace Iot.Journal;

/// <summary>A file that is named like a segment.</summary>
internal sealed class SegmentFile(IDisk disk, string directory, DiskEntry entry, ulong firstOffset, bool isSuspect)
{
    private const int Digits = 20;

    public string Path => System.IO.Path.Combine(directory, entry.Name);

    public static bool TryParseName(string name, out ulong firstOffset, out bool isSuspect)
    {
        firstOffset = 0;
        isSuspect = name.EndsWith(Segment.SuspectExtension, StringComparison.Ordinal);
        return name.Length > Digits
            && (isSuspect || name.EndsWith(Segment.Extension, StringComparison.Ordinal))
            && name.IndexOf('.', StringComparison.Ordinal) == Digits
            && ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out firstOffset);
    }

    /// <param name="now">Taken as the time of creation when the header does not tell.</param>
    public SegmentFinding Inspect(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        int read;
        using (var file = disk.Open(Path, writable: false)) read = file.Read(bytes, 0);

        if (SegmentHeader.TryRead(bytes[..read], out var header, out var version)) return Judge(header, version);
        if (entry.Length <= SegmentHeader.Size) return new() { IsEmpty = true };

        header = new(Mark: 0, Identity: 0, firstOffset, now);
        var suspect = new Segment(directory, header, entry.Length, isSuspect);
        using var scanner = new FrameScanner(disk.Open(Path, writable: false), mark: 0, firstOffset);
        if (!scanner.TryNext(entry.Length, ulong.MaxValue, out _, out _)) return new() { Why = "it holds no record of ours" };

        if (!isSuspect) suspect.MarkSuspect(disk);
        return new() { Segment = suspect };
    }

    private SegmentFinding Judge(SegmentHeader header, uint version)
    {
        if (version != SegmentHeader.Version)
        {
            throw new JournalUnusableException(Path, $"it has format version {version}, this program reads {SegmentHeader.Version}",
                "Start the version of the program that wrote it.");
        }

        return header.FirstOffset == firstOffset
            ? new() { Segment = new(directory, header, entry.Length, isSuspect), Identity = header.Identity }
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
