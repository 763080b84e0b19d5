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

    public long Received { get; set; }

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

    /// <summary>Starts with nothing, whatever an earlier life of that sink got.</summary>
    public SinkAccount OpenSink(string name) => _sinks[name] = new();

    /// <summary>Each side of the books is counted for itself, so that their check can fail.</summary>
    public void Apply(in SpoolRecord record)
    {
        LastSeenNs = Math.Max(LastSeenNs, record.ReceivedAtNs);
        Messages++;
        Received += record.Readings;
        switch (record.Verdict)
        {
            case Verdict.Judged:
                Accepted += record.Accepted;
                Rejected += record.Rejected;
                if (record.Identity is null) Provable = false;
                break;
            case Verdict.Undecodable: // has no identity that could be asked for, so it says nothing about gaps
                Rejected++;
                break;
            case Verdict.Duplicate:
                Duplicate += record.Readings;
                break;
        }
    }

    public DeviceBooks ToBooks(IEnumerable<string> sinks, bool complete, IReadOnlyList<SequenceGap> gaps) => new(
        Device, LastSeenNs, Messages, Received, Accepted, Rejected, Duplicate, Provable && complete,
        [.. sinks.Select(name => Sink(name).ToBooks(name))], gaps);
}
