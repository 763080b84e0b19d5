namespace Iot.Journal;

/// <summary>A named, durable position: everything below it has been delivered. Thread-safe.</summary>
/// <remarks>Nothing at or above the lowest cursor is ever reclaimed.</remarks>
public sealed class JournalCursor
{
    private readonly Lock _gate = new();
    private readonly IDiskFile _file;
    private readonly JournalTail _tail;
    private readonly Action _moved;
    private CursorSlot _slot;

    internal JournalCursor(string name, IDiskFile file, CursorSlot slot, JournalTail tail, Action moved) =>
        (Name, _file, _slot, _tail, _moved) = (name, file, slot, tail, moved);

    public string Name { get; }

    /// <summary>Next to deliver.</summary>
    public ulong Offset
    {
        get
        {
            lock (_gate) return _slot.Offset;
        }
    }

    /// <summary>Returns once the position is on disk: one write and one fdatasync. Lower than before does nothing.</summary>
    /// <param name="next">Next to deliver; at most the journal's NextOffset.</param>
    /// <exception cref="IOException">The position is as before, in memory and after a restart, or at most the new one.</exception>
    public void Checkpoint(ulong next)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(next, _tail.NextOffset);

        lock (_gate)
        {
            if (next <= _slot.Offset) return;

            var slot = new CursorSlot(_slot.Turn + 1, next);
            Span<byte> bytes = stackalloc byte[CursorSlot.Size];
            slot.Write(bytes);
            _file.Write(bytes, slot.Position);
            _file.Sync();
            _slot = slot; // not before: a failed turn is written again over itself, never over the last good one
        }

        _moved();
    }

    internal void Close() => _file.Dispose();
}
