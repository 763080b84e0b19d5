using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>One record as it was appended.</summary>
/// <param name="Offset">Its place in the journal.</param>
/// <param name="Payload">Valid until the reader's next step.</param>
/// <param name="MissingBefore">Offsets just before this one that damage or reclaiming took.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalRecord(ulong Offset, ReadOnlyMemory<byte> Payload, ulong MissingBefore);
