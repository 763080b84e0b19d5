using System.Diagnostics;

namespace Iot.Journal;

/// <summary>Appends that arrive together share one write and one fsync. Thread-safe.</summary>
/// <remarks>
/// Two groups take turns: appenders fill one under a short lock while the writer thread puts the other on disk.
/// When that fails, all records in flight fail together and their offsets are given again, so the offsets
/// that were acknowledged have no gaps.
/// </remarks>
internal sealed class GroupCommit
{
    private readonly JournalOptions _options;
    private readonly SegmentWriter _writer;
    private readonly SpaceGuard _space;
    private readonly JournalTail _tail;
    private readonly Action _rolled;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by _gate; the writer thread waits on it, hence an object and not a Lock.
    private readonly object _gate = new();
    private readonly Queue<WaitingAppend> _waiting = [];
    private AppendGroup _filling = new();
    private AppendGroup _spare = new();
    private long _beingWritten;
    private ulong _nextGiven;
    private bool _closing;

    private long _appends, _failedGroups;

    public GroupCommit(
        JournalOptions options, SegmentWriter writer, SpaceGuard space, JournalTail tail, Action rolled)
    {
        (_options, _writer, _space, _tail, _rolled) = (options, writer, space, tail, rolled);
        _nextGiven = tail.NextOffset;
        _thread = new(Run) { IsBackground = true, Name = "journal" };
    }

    public long Appends => Interlocked.Read(ref _appends);

    public long FailedGroups => Interlocked.Read(ref _failedGroups);

    public bool IsFull => Recheck(atOnce: false);

    private long Pending => _filling.Length + _beingWritten;

    public void Start() => _thread.Start();

    /// <param name="atOnce">Space was just made; otherwise the disk is asked at most every 100 ms.</param>
    public bool Recheck(bool atOnce)
    {
        lock (_gate) return _space.Recheck(Pending, atOnce);
    }

    public ValueTask<AppendTicket> AppendAsync(
        ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)head.Length + body.Length, _options.MaxRecordBytes, nameof(body));

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(SegmentedJournal));

            if (_waiting.Count == 0 && HasRoomFor(head.Length + body.Length)) return new(Take(head.Span, body.Span));

            var waiting = new WaitingAppend(head, body, cancellation);
            _waiting.Enqueue(waiting);
            return new(waiting.Task);
        }
    }

    /// <summary>Writes what was taken, then stops.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        return _stopped.Task;
    }

    private bool HasRoomFor(int bytes) =>
        Pending == 0 || Pending + bytes + FrameHeader.Size <= _options.EffectivePendingBytes;

    private AppendTicket Take(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (!_space.TryTake(FrameHeader.Size + head.Length + body.Length, Pending)) return AppendTicket.Full;

        var offset = _nextGiven++;
        var durable = _filling.Add(offset, head, body);
        if (_filling.Count == 1) Monitor.Pulse(_gate);
        return new(offset, durable, IsFull: false);
    }

    private void AdmitWaitingLocked()
    {
        while (_waiting.TryPeek(out var waiting) && HasRoomFor(waiting.Payload.Length))
        {
            _waiting.Dequeue();
            if (waiting.TryClaim()) waiting.SetResult(Take(waiting.Payload, []));
        }
    }

    private void Run()
    {
        while (TryNextGroup(out var group))
        {
            try
            {
                var rolled = _writer.Write(group);
                Succeeded(group);
                if (rolled) _rolled();
            }
            catch (IOException failure)
            {
                _writer.Abandon();
                Failed(group, failure);
            }
        }

        _writer.Dispose();
        _stopped.SetResult();
    }

    private bool TryNextGroup(out AppendGroup group)
    {
        lock (_gate)
        {
            while (_filling.Count == 0 && !_closing) Monitor.Wait(_gate);

            group = _filling;
            if (group.Count == 0) return false;

            _filling = _spare;
            _beingWritten = group.Length;
            Debug.Assert(_filling.Count == 0, "the spare group is empty");
            return true;
        }
    }

    private void Succeeded(AppendGroup group)
    {
        Interlocked.Add(ref _appends, group.Count);
        _tail.Publish(group.FirstOffset + (ulong)group.Count); // before anybody hears that it is durable

        TaskCompletionSource? durable;
        lock (_gate)
        {
            durable = Recycle(group);
            AdmitWaitingLocked();
        }

        durable?.SetResult();
    }

    private void Failed(AppendGroup group, IOException failure)
    {
        Interlocked.Increment(ref _failedGroups);

        TaskCompletionSource? written, filling;
        lock (_gate)
        {
            written = Recycle(group);
            filling = _filling.Reset(); // their offsets follow on those that failed
            _nextGiven = _tail.NextOffset;
            if (failure is DiskException { IsDiskFull: true }) _space.DiskIsFull();
            AdmitWaitingLocked();
        }

        written?.SetException(failure);
        filling?.SetException(failure);
    }

    private TaskCompletionSource? Recycle(AppendGroup group)
    {
        _spare = group;
        _beingWritten = 0;
        return group.Reset();
    }
}
