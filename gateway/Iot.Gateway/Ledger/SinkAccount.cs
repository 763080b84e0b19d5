using Iot.Gateway.Spooling;

namespace Iot.Gateway.Ledger;

/// <summary>Accepted readings of one device, or of all of them, on their way into one sink.</summary>
internal sealed class SinkAccount
{
    /// <summary>Accepted before the sink was configured and gone from the journal by then.</summary>
    public long Before { get; set; }

    public long Pending { get; set; }

    /// <summary>Handed over, whether the sink stored or refused them.</summary>
    public long Delivered { get; set; }

    /// <summary>Of those delivered. The dead letter store knows it for good, and is asked at every start.</summary>
    public long DeadLettered { get; set; }

    /// <summary>The sink has yet to get what is accepted; what it refused and is to get once more was not delivered, after all.</summary>
    public void Apply(in SpoolRecord record, string sink)
    {
        if (record.Accepted == 0 || !record.IsFor(sink)) return;

        Pending += record.Accepted;
        if (record.Verdict != Verdict.Requeued || RequeuedFrom.Read(record.From).Sink is null) return;

        Delivered -= record.Accepted;
        DeadLettered -= record.Accepted;
    }

    public void Deliver(long readings)
    {
        Pending -= readings;
        Delivered += readings;
    }

    public void Add(SinkAccount other)
    {
        Before += other.Before;
        Pending += other.Pending;
        Delivered += other.Delivered;
        DeadLettered += other.DeadLettered;
    }

    /// <summary>A sink that begins anew gets what it once refused twice, in its batch and requeued: until it has, both are pending as one.</summary>
    public SinkBooks ToBooks(string name)
    {
        var stored = Delivered - DeadLettered;
        return new(name, Math.Max(0, stored), Pending + Math.Min(0, stored), DeadLettered, Before);
    }
}
