using System.Globalization;

namespace Iot.Journal;

/// <summary>One file of the journal, as far as it is durable.</summary>
internal sealed class Segment(string directory, SegmentHeader header, long length, bool isSuspect)
{
    public const string Extension = ".segment";

    /// <summary>Still read and delivered, but damage was found in it: it is never deleted.</summary>
    public const string SuspectExtension = ".suspect";

    /// <summary>Delivered, and kept for a person to look at. The journal does not read it again.</summary>
    public const string DamagedExtension = ".damaged";

    /// <summary>Not this journal's. The journal does not read it.</summary>
    public const string ForeignExtension = ".foreign";

    private string _extension = isSuspect ? SuspectExtension : Extension;
    private long _length = length;
    private ulong _end;

    public ulong FirstOffset => header.FirstOffset;

    public uint Mark => header.Mark;

    public DateTimeOffset CreatedAt => header.CreatedAt;

    /// <summary>Bytes on disk for certain; readers go no further.</summary>
    public long DurableLength => Volatile.Read(ref _length);

    /// <summary>Where the next segment began; null while this one is the last. Set once, after the last byte.</summary>
    public ulong? EndOffset => Volatile.Read(ref _end) is var end and > 0 ? end : null;

    public bool IsSuspect { get; private set; } = isSuspect;

    /// <summary>What readers have given up in this file since the journal was opened.</summary>
    public UnreadableBlocks Unreadable { get; } = new();

    public string Path => PathOf(directory, FirstOffset, _extension);

    public static string PathOf(string directory, ulong firstOffset, string extension) =>
        System.IO.Path.Combine(directory, firstOffset.ToString("D20", CultureInfo.InvariantCulture) + extension);

    public void CloseAt(ulong end) => Volatile.Write(ref _end, end);

    public void Extend(int bytes) => Volatile.Write(ref _length, _length + bytes);

    public Segment CutTo(long goodLength) => new(directory, header, goodLength, IsSuspect);

    /// <summary>Renames the file so that a later start knows too.</summary>
    /// <returns>False when the disk does not take that. In this run it is known all the same; a later start finds the damage again.</returns>
    public bool MarkSuspect(IDisk disk)
    {
        IsSuspect = true;
        try
        {
            if (!string.Equals(_extension, SuspectExtension, StringComparison.Ordinal)) disk.Rename(Path, PathOf(directory, FirstOffset, SuspectExtension));
            _extension = SuspectExtension;
            disk.SyncDirectory(directory);
            return true;
        }
        catch (IOException)
        {
            return false; // what that means is the caller's to decide
        }
    }
}
