using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>How a segment file stands, by its name and by what is in it.</summary>
public enum SegmentState
{
    /// <summary>Every byte is what was written.</summary>
    Ok,

    /// <summary>Ends in bytes that are no record: a write that is under way, or one that was interrupted. Never acknowledged.</summary>
    TornTail,

    /// <summary>Damage was found in it, now or before; what is readable is delivered.</summary>
    Suspect,

    /// <summary>A suspect one that is delivered: the journal reads it no more, a person may delete it.</summary>
    Damaged,

    /// <summary>Not this journal's, or not what its name says. The journal does not read it.</summary>
    Foreign,
}

/// <summary>One segment file, read from end to end.</summary>
/// <param name="From">First offset, as the name says.</param>
/// <param name="Next">One past the last record that is readable; <paramref name="From"/> without one.</param>
/// <param name="Records">Readable ones.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="CreatedAt">Null when the header cannot be read.</param>
/// <param name="TornBytes">At the end of the last segment.</param>
/// <param name="Damage">The first 1000 ranges; offsets missing without bytes have the length 0.</param>
/// <param name="DamagedRanges">All of them.</param>
/// <param name="Note">What a person should know besides; empty when there is nothing.</param>
public sealed record SegmentInspection(
    string Path, ulong From, ulong Next, long Records, long Bytes, DateTimeOffset? CreatedAt, SegmentState State,
    long TornBytes, IReadOnlyList<JournalDamage> Damage, long DamagedRanges, string Note)
{
    /// <summary>No person needs to look at it.</summary>
    public bool IsClean => State is SegmentState.Ok or SegmentState.TornTail;

    /// <summary>Of all damaged ranges.</summary>
    public ulong Missing { get; init; }
}

/// <summary>A named reader of the journal.</summary>
/// <param name="Offset">Next to deliver; null when its file is unreadable.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CursorInspection(string Name, ulong? Offset);

/// <summary>What was to be inspected is no journal. Nothing was touched.</summary>
public sealed class NotAJournalException(string path, string finding, string whatToDo, Exception? cause = null)
    : IOException($"'{path}' {finding}. {whatToDo}", cause)
{
    public string Path { get; } = path;
}
