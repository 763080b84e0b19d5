using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>What opening a journal found and did. All empty after a clean stop.</summary>
/// <param name="TornBytes">Cut from the end of the last segment: a write that power or a kill interrupted, never acknowledged.</param>
/// <param name="Damage">Ranges of the last segment that are not what was written. Older segments are checked when read.</param>
/// <param name="SetAside">Files that are not this journal's, renamed and kept.</param>
/// <param name="LostCursors">Cursors whose file was unreadable: they start again at the first offset.</param>
/// <param name="OffsetsSkipped">Offsets that a cursor had passed and no segment holds; they are not given again.</param>
public sealed record JournalRecovery(
    long TornBytes,
    IReadOnlyList<JournalDamage> Damage,
    IReadOnlyList<SetAsideFile> SetAside,
    IReadOnlyList<string> LostCursors,
    ulong OffsetsSkipped)
{
    public bool IsClean =>
        TornBytes == 0 && Damage.Count == 0 && SetAside.Count == 0 && LostCursors.Count == 0 && OffsetsSkipped == 0;
}

/// <summary>Bytes of a segment that are not what was written. The file is kept for a person to look at.</summary>
/// <param name="Segment">Path of the segment when the damage was found.</param>
/// <param name="Position">First bad byte, from the start of the file.</param>
/// <param name="Length">Bytes up to the next good record, or to the end.</param>
/// <param name="FirstMissing">Lowest offset that cannot be read.</param>
/// <param name="Missing">How many offsets in a row; 0 when the damage hit no record.</param>
public sealed record JournalDamage(string Segment, long Position, long Length, ulong FirstMissing, ulong Missing);

/// <summary>Says that a reader met damage.</summary>
public sealed class JournalDamageEventArgs(JournalDamage damage) : EventArgs
{
    public JournalDamage Damage { get; } = damage;
}

/// <summary>A file that was renamed so that it is neither read nor overwritten.</summary>
public sealed record SetAsideFile(string From, string To, string Why);

/// <summary>Totals since this journal was opened.</summary>
/// <param name="Appends">Records made durable.</param>
/// <param name="Fsyncs">Of segments; cursors not counted.</param>
/// <param name="BytesWritten">Records with what frames them.</param>
/// <param name="SegmentsRemoved">Deleted, or set aside because damage was found in them.</param>
/// <param name="FailedGroups">Groups of appends that a write or fsync failed for; none of them was acknowledged.</param>
/// <param name="DamagedRanges">Distinct damaged ranges met, on opening or reading.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalCounters(
    long Appends,
    long Fsyncs,
    long BytesWritten,
    long SegmentsRemoved,
    long FailedGroups,
    long DamagedRanges)
{
    /// <summary>What all <see cref="Fsyncs"/> took together.</summary>
    public TimeSpan SyncTime { get; init; }
}
