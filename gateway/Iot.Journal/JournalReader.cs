namespace Iot.Journal;

/// <summary>Reads durable records in order and follows the journal as it grows. Single-threaded.</summary>
/// <remarks>A damaged record is skipped and shows as <see cref="JournalRecord.MissingBefore"/> of the next good one.</remarks>
public sealed class JournalReader : IDisposable
{
    private readonly SegmentList _segments;
    private readonly JournalTail _tail;
    private readonly DamageReport _damage;
    private Segment? _segment;
    private FrameScanner? _scanner;
    private ulong _seen;
    private ulong _accountedTo;

    internal JournalReader(SegmentList segments, JournalTail tail, DamageReport damage, ulong from)
    {
        (_segments, _tail, _damage) = (segments, tail, damage);
        Position = Math.Min(from, tail.NextOffset);
    }

    /// <summary>The next offset expected; never beyond the journal's end.</summary>
    public ulong Position { get; private set; }

    /// <summary>False when nothing more is durable yet.</summary>
    /// <exception cref="IOException">The disk could not be read. Nothing was skipped; the same step may be tried again.</exception>
    public bool TryRead(out JournalRecord record)
    {
        record = default;
        _seen = _tail.NextOffset;

        while (Position < _seen)
        {
            if (_scanner is null && !TryOpenSegment()) return false;

            var closedAt = _segment!.EndOffset;  // first this …
            var limit = _segment.DurableLength; // … then this: closed segments grow no more
            var end = closedAt ?? _tail.NextOffset;

            if (Position < end && TryScan(limit, end, isClosed: closedAt is not null, out record)) return true;
            if (closedAt is null) return false;

            if (_segments.After(_segment.FirstOffset) is not { } next) return false; // a start that failed; another follows

            CloseSegment();
            _segment = next;
        }

        return false;
    }

    /// <summary>Completes once there may be more than the last <see cref="TryRead"/> saw.</summary>
    /// <exception cref="ObjectDisposedException">The journal was closed.</exception>
    public ValueTask WaitAsync(CancellationToken cancellation) => _tail.WaitAsync(_seen, cancellation);

    public void Dispose() => CloseSegment();

    private bool TryScan(long limit, ulong end, bool isClosed, out JournalRecord record)
    {
        record = default;
        bool found;
        ScannedFrame frame;

        do
        {
            found = _scanner!.TryNext(limit, end, out frame, out var skipped);
            if (!found && skipped.Length == 0 && isClosed) skipped = new(limit, 0); // it ends too early
            if (skipped.Position > 0) Account(skipped, found ? frame.Offset : end);
        }
        while (found && frame.Offset < Position); // the reader was opened in the middle of the segment

        if (!found) return false;

        record = new(frame.Offset, frame.Payload, frame.Offset - Position);
        Position = frame.Offset + 1;
        return true;
    }

    /// <summary>Reports what is missing up to <paramref name="end"/>, each offset once.</summary>
    private void Account(SkippedBytes skipped, ulong end)
    {
        var from = Math.Max(Math.Max(Position, _segment!.FirstOffset), _accountedTo);
        if (from >= end) return;

        _accountedTo = end;
        _damage.Report(_segment, skipped, from, end - from);
    }

    /// <summary>False when the journal holds no segment.</summary>
    private bool TryOpenSegment()
    {
        while (_segments.Holding(Math.Max(Position, _segment?.FirstOffset ?? 0)) is { } segment)
        {
            _segment = segment;
            if (!TryOpen(segment)) return false;
            if (_scanner is not null) return true;
        }

        return false;
    }

    /// <summary>Leaves no scanner when another segment is to be tried; false when there is none yet.</summary>
    private bool TryOpen(Segment segment)
    {
        try
        {
            if (_segments.Open(segment) is { } file) _scanner = new(file, segment.Mark, segment.FirstOffset);
            return true; // without a file it was reclaimed a moment ago
        }
        catch (DiskException failure) when (failure.IsMissing)
        {
            if (segment.EndOffset is not { } end || _segments.After(segment.FirstOffset) is not { } next) return false;

            Account(default, end); // somebody removed the file
            _segment = next;
            return true;
        }
    }

    private void CloseSegment()
    {
        _scanner?.Dispose();
        _scanner = null;
    }
}
