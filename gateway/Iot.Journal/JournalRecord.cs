using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>One record as it was appended.</summary>
/// <param name="Offset">Its index in the journal: 0, 1, 2 …</param>
/// <param name="Payload">Valid until the reader's next read.</param>
/// <param name="MissingBefore">Offsets skipped just before this one, lost to damage or reclaimed; 0 in a healthy journal.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalRecord(ulong Offset, ReadOnlyMemory<byte> Payload, ulong MissingBefore);
