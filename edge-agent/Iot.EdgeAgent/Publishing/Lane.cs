using Iot.EdgeAgent.StoreAndForward;
using Iot.Journal;

namespace Iot.EdgeAgent.Publishing;

/// <summary>One way through the outbox, upward. Not thread-safe.</summary>
internal sealed class Lane(Outbox outbox) : IDisposable
{
    private JournalReader? _reader;

    /// <summary>The next offset it has not looked at.</summary>
    public ulong Position { get; private set; }

    /// <summary>When the disk last failed to give what is there; null when it does.</summary>
    public long? UnreadableSince { get; set; }

    /// <summary>Goes on from there.</summary>
    public void GoTo(ulong offset)
    {
        Position = offset;
        if (_reader is null || _reader.Position == offset) return;

        _reader.Dispose();
        _reader = null;
    }

    /// <summary>The batch at <see cref="Position"/>, or the lowest above it that can be read; null when none is stored.</summary>
    /// <param name="missing">Offsets before it that are not there any more: damaged, or given up for room.</param>
    /// <exception cref="IOException">The disk could not be read. Nothing was skipped; it may be tried again.</exception>
    public JournalRecord? Read(out OffsetRange missing)
    {
        missing = default;
        _reader ??= outbox.OpenReader(Position);
        if (!_reader.TryRead(out var record)) return null;

        missing = new(record.Offset - record.MissingBefore, record.Offset);
        Position = record.Offset + 1;
        return record;
    }

    public void Dispose() => _reader?.Dispose();
}
