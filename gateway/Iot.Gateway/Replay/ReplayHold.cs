using Iot.Journal;

namespace Iot.Gateway.Replay;

/// <summary>A replay's cursor in the journal: what it has not looked at yet stays, unless live messages need the room. Thread-safe.</summary>
internal sealed class ReplayHold(SegmentedJournal journal, string sink)
{
    private readonly Lock _gate = new();
    private readonly string _name = $"replay-{sink}";
    private JournalCursor? _cursor;
    private bool _released;

    public bool Holds
    {
        get
        {
            lock (_gate) return _cursor is not null;
        }
    }

    /// <exception cref="IOException">The position is as before.</exception>
    public void MoveTo(ulong position)
    {
        lock (_gate)
        {
            if (_released) return;

            _cursor ??= journal.OpenCursor(_name, position);
            _cursor.Checkpoint(position);
        }
    }

    /// <summary>For good. Also one that an earlier run left behind.</summary>
    public void Release()
    {
        lock (_gate)
        {
            journal.RemoveCursor(_name);
            (_cursor, _released) = (null, true);
        }
    }
}
