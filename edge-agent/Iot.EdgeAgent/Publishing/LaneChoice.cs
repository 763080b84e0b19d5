using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Which batch goes next: a new one of any stream before all backlog, streams by turns, backlog as the link allows. Not thread-safe.</summary>
internal sealed class LaneChoice : IDisposable
{
    /// <summary>Ranges of a device's batches that the agent lets arise; the gateway remembers 256.</summary>
    private const int MostRanges = 192;

    private readonly Lanes[] _lanes;
    private readonly BacklogPace _pace;
    private int _turn;

    public LaneChoice(IReadOnlyList<Outbox> outboxes, DeviceId device, TimeProvider clock, ILogger logger)
    {
        _lanes = [.. outboxes.Select(outbox => new Lanes(outbox, device, MostRanges / outboxes.Count, clock, logger))];
        _pace = new(clock);
    }

    /// <summary>Batches sent on this connection whose answer is awaited.</summary>
    public int UnderWay { get; private set; }

    /// <summary>A new connection: nothing is under way on it.</summary>
    public void StartOver()
    {
        foreach (var lanes in _lanes) lanes.StartOver();
        _pace.StartOver();
        UnderWay = 0;
    }

    /// <summary>Marked as under way; null when nothing may go now.</summary>
    /// <param name="limit">Most batches under way; a quarter is left to new ones.</param>
    public PendingBatch? Next(int limit)
    {
        if (UnderWay >= limit) return null;

        var next = ByTurns(static lanes => lanes.NextLive());
        if (next is null && _pace.HasRoom && _pace.Batches < Math.Max(1, limit - Math.Max(1, limit / 4)))
        {
            next = ByTurns(static lanes => lanes.NextBacklog());
            if (next is not null) _pace.Sent(next.Payload.Length);
        }

        if (next is not null) UnderWay++;
        return next;
    }

    public void Acknowledge(PendingBatch batch, long sentAt)
    {
        Ended(batch, sentAt);
        batch.Outbox.Acknowledge(batch);
    }

    public void Refuse(PendingBatch batch, long sentAt)
    {
        Ended(batch, sentAt);
        batch.Outbox.Refuse(batch);
    }

    public void Dispose()
    {
        foreach (var lanes in _lanes) lanes.Dispose();
    }

    /// <summary>An answer of an earlier connection changes nothing here.</summary>
    private void Ended(PendingBatch batch, long sentAt)
    {
        if (!batch.Outbox.IsUnderWay(batch)) return;

        UnderWay--;
        if (batch.IsLive) _pace.AnsweredLive(sentAt);
        else _pace.Answered(batch.Payload.Length, sentAt);
    }

    private PendingBatch? ByTurns(Func<Lanes, PendingBatch?> ask)
    {
        for (var i = 0; i < _lanes.Length; i++)
        {
            _turn = (_turn + 1) % _lanes.Length;
            if (ask(_lanes[_turn]) is { } next) return next;
        }

        return null;
    }
}
