using Iot.Gateway.Deduplication;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>What the ledger keeps of one device; about 200 bytes and 24 more a sink. Guarded by the ledger's lock.</summary>
internal sealed class DeviceAccount(DeviceId device)
{
    private readonly Dictionary<string, SinkAccount> _sinks = new(StringComparer.Ordinal);

    public DeviceId Device { get; } = device;

    public long LastSeenNs { get; set; }

    public long Messages { get; set; }

    public long Accepted { get; set; }

    public long Rejected { get; set; }

    public long Duplicate { get; set; }

    public bool Provable { get; set; } = true;

    public IReadOnlyDictionary<string, SinkAccount> Sinks => _sinks;

    public SinkAccount Sink(string name)
    {
        if (!_sinks.TryGetValue(name, out var account)) _sinks[name] = account = new();
        return account;
    }

    public void Apply(in SpoolRecord record)
    {
        LastSeenNs = Math.Max(LastSeenNs, record.ReceivedAtNs);
        Messages++;
        Accepted += record.Accepted;
        if (record.Verdict == Verdict.Duplicate) Duplicate += record.Readings;
        else Rejected += record.Readings - record.Accepted;

        // What cannot be decoded has no identity that could be asked for, so it says nothing about gaps.
        if (record.Identity is null && record.Verdict == Verdict.Judged) Provable = false;
    }

    public DeviceBooks ToBooks(IEnumerable<string> sinks, bool complete, IReadOnlyList<SequenceGap> gaps) => new(
        Device, LastSeenNs, Messages, Accepted + Rejected + Duplicate, Accepted, Rejected, Duplicate, Provable && complete,
        [.. sinks.Select(name => Sink(name).ToBooks(name, Accepted))], gaps);
}

/// <summary>Of one device's accepted readings: what one sink was handed, and what of that it refused.</summary>
internal sealed class SinkAccount
{
    public long Before { get; set; }

    public long Delivered { get; set; }

    public long DeadLettered { get; set; }

    public SinkBooks ToBooks(string name, long accepted) =>
        new(name, Delivered - DeadLettered, accepted - Before - Delivered, DeadLettered, Before);
}
