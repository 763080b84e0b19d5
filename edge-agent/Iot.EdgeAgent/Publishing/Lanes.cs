using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Two ways through one outbox: what is new, and what an outage left behind. Order is kept in each.</summary>
/// <remarks>
/// <code>
/// acknowledged │ backlog ──►      │ acknowledged │ backlog │ live ──►
///            floor                                       live from
/// </code>
/// The live lane follows what is stored. When more than <see cref="MostBehind"/> batches are before it (the link was away, the
/// gateway full, the link too slow) it goes on from the end, and what it leaves behind is backlog. Outages nest: the backlog lane
/// passes over what is acknowledged already. When it reaches the place where the live lane began, there is one lane again.
/// Not thread-safe: the publishing loop's own.
/// </remarks>
internal sealed class Lanes : IDisposable
{
    /// <summary>So few batches are sent in one row: at a batch a second half a minute.</summary>
    public const ulong MostBehind = 32;

    private static readonly TimeSpan AfterReadError = TimeSpan.FromSeconds(25); // the loop wakes at least every 30 s

    private readonly Outbox _outbox;
    private readonly DeviceId _device;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly int _mostRanges;
    private readonly Lane _live, _backlog;
    private readonly Dictionary<ulong, PendingBatch> _underWay = [];
    private readonly SortedDictionary<ulong, PendingBatch> _again = [];
    private ulong _liveFrom;

    /// <param name="mostRanges">Ranges acknowledged above the floor beyond which no further outage gets its own backlog: what the gateway remembers of a device is bounded.</param>
    public Lanes(Outbox outbox, DeviceId device, int mostRanges, TimeProvider clock, ILogger logger)
    {
        (_outbox, _device, _mostRanges, _clock, _logger) = (outbox, device, mostRanges, clock, logger);
        (_live, _backlog) = (new(outbox), new(outbox));
        StartOver();
    }

    /// <summary>What they lead out of.</summary>
    public Outbox Source => _outbox;

    /// <summary>It was sent on this connection, and no answer has come.</summary>
    public bool IsUnderWay(PendingBatch batch) => _underWay.TryGetValue(batch.Offset, out var sent) && ReferenceEquals(sent, batch);

    /// <summary>A new connection: nothing is under way on it. What was and is not on disk any more is sent again from memory.</summary>
    public void StartOver()
    {
        foreach (var batch in _underWay.Values) _again[batch.Offset] = batch;
        _underWay.Clear();
        foreach (var offset in _again.Keys.Where(offset => offset >= _outbox.Acknowledged.Floor).ToList())
        {
            _again.Remove(offset);
            _outbox.Acknowledged.End(offset);
        }

        _backlog.GoTo(_outbox.Acknowledged.Floor);
        _liveFrom = Math.Max(_liveFrom, _outbox.Acknowledged.Floor);
        _live.GoTo(_liveFrom);
    }

    /// <summary>The next new batch, marked as under way; null when there is none.</summary>
    public PendingBatch? NextLive()
    {
        var stored = _outbox.Stored;
        if (_outbox.Acknowledged.HeldIn(_live.Position, stored) > MostBehind) LeaveBehind(stored);

        return Next(_live, from: _liveFrom, to: ulong.MaxValue);
    }

    /// <summary>The next batch that an outage left behind, marked as under way; null when there is none.</summary>
    public PendingBatch? NextBacklog() => Next(_backlog, from: 0, to: _liveFrom);

    /// <summary>The gateway has it. Of no connection in particular: an answer that comes late is as good.</summary>
    public void Acknowledge(PendingBatch batch)
    {
        _outbox.Acknowledged.Add(new(batch.Offset, batch.Offset + 1));
        _outbox.Acknowledged.End(batch.Offset);
        Ended(batch);
        _again.Remove(batch.Offset);
    }

    /// <summary>The gateway did not take it: it is sent again, from memory, before any younger one of its lane.</summary>
    public void Refuse(PendingBatch batch)
    {
        if (Ended(batch)) _again[batch.Offset] = batch;
    }

    public void Dispose()
    {
        _live.Dispose();
        _backlog.Dispose();
    }

    /// <summary>With as many ranges as there may be, the youngest backlog becomes the live lane's: no new range comes of it.</summary>
    private void LeaveBehind(ulong stored)
    {
        var above = _outbox.Acknowledged.Above;
        var from = above.Count < _mostRanges ? stored : Math.Max(_live.Position, above[^1].To);
        if (from <= _live.Position) return;

        _liveFrom = from;
        _live.GoTo(from);
    }

    private bool Ended(PendingBatch batch) => IsUnderWay(batch) && _underWay.Remove(batch.Offset);

    private PendingBatch? Next(Lane lane, ulong from, ulong to)
    {
        var next = SentAgain(lane, from, to) ?? Read(lane, to);
        if (next is not null) _underWay.Add(next.Offset, next);
        return next;
    }

    /// <summary>It may have changed its lane: what the live lane leaves behind goes at the backlog's pace from then on.</summary>
    private PendingBatch? SentAgain(Lane lane, ulong from, ulong to)
    {
        foreach (var (offset, batch) in _again)
        {
            if (offset < from || offset >= to) continue;

            _again.Remove(offset);
            return batch with { IsLive = ReferenceEquals(lane, _live) };
        }

        return null;
    }

    private PendingBatch? Read(Lane lane, ulong to)
    {
        if (lane.UnreadableSince is { } since && _clock.GetElapsedTime(since) < AfterReadError) return null;

        try
        {
            while (NextToRead(lane) < to && lane.Read(out var missing) is { } record)
            {
                Miss(missing);
                if (record.Offset >= to) break; // the end of the backlog cannot be read; the live lane has that one
                if (_outbox.Acknowledged.NextHeld(record.Offset) != record.Offset) continue;
                if (_outbox.PayloadOf(record) is not { } payload)
                {
                    lane.GoTo(record.Offset); // its time is not known yet: it waits, and what is behind it in this lane
                    return null;
                }

                if (_outbox.Acknowledged.TryBegin(record.Offset)) return new(this, record.Offset, payload, IsLive: ReferenceEquals(lane, _live));
            }

            lane.UnreadableSince = null;
        }
        catch (IOException e)
        {
            if (lane.UnreadableSince is null) _logger.OutboxNotRead(e, _device);
            lane.UnreadableSince = _clock.GetTimestamp();
        }

        return null;
    }

    /// <summary>Passes over what need not be sent, or is being sent, without reading it.</summary>
    private ulong NextToRead(Lane lane)
    {
        var next = _outbox.Acknowledged.NextHeld(lane.Position);
        while (_underWay.ContainsKey(next) || _again.ContainsKey(next)) next = _outbox.Acknowledged.NextHeld(next + 1);
        if (next != lane.Position) lane.GoTo(next);
        return next;
    }

    private void Miss(OffsetRange missing)
    {
        var lost = _outbox.Acknowledged.HeldIn(missing.From, missing.To);
        if (lost == 0) return; // given up for room, and counted there

        _logger.BatchesDamaged(_device, lost, missing.To);
        _outbox.Acknowledged.Add(missing);
    }
}
