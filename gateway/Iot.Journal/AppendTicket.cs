using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>What became of an append.</summary>
/// <param name="Offset">Its place in the journal; void when <paramref name="Durable"/> faults, and then given again.</param>
/// <param name="Durable">Completes once the record is on disk. Faults with <see cref="IOException"/> when writing or
/// fsync failed: do not acknowledge; the record may or may not be there after a restart.</param>
/// <param name="IsFull">Refused, nothing was taken; <paramref name="Durable"/> is faulted with
/// <see cref="JournalFullException"/>, so it cannot be mistaken.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AppendTicket(ulong Offset, Task Durable, bool IsFull)
{
    private static readonly Task Refused = Task.FromException(new JournalFullException());

    internal static AppendTicket Full => new(ulong.MaxValue, Refused, IsFull: true);
}
