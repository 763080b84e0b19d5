using Iot.Gateway.Deduplication;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>What the ledger keeps of one device; about 250 bytes, 64 more an epoch and 40 a sink. Guarded by the ledger's lock.</summary>
internal sealed class DeviceAccount(DeviceId device)
{
    private readonly Dictionary<string, SinkAccount> _sinks = new(StringComparer.Ordinal);

    public DeviceId Device { get; } = device;

    public long LastSeenNs { get; set; }

    public BooksEntry Sum { get; set; }

    /// <summary>Readings that the device gave up, as it said; of all its epochs, those forgotten included.</summary>
    public ulong GivenUp { get; set; }

    public EpochAccounts Epochs { get; } = new();

    public bool Provable { get; set; } = true;

    public IReadOnlyDictionary<string, SinkAccount> Sinks => _sinks;

    /// <summary>Whether the sums come out, towards every one of these sinks.</summary>
    public bool IsBalanced(SinkBooks[] sinks)
    {
        var balanced = Sum.Received == Sum.Accepted + Sum.Rejected + Sum.Duplicate;
        foreach (var sink in sinks)
        {
            var account = Sink(sink.Sink);
            balanced &= Sum.Accepted == account.Before + account.Pending + account.Delivered; // stored and dead-lettered
        }

        return balanced;
    }

    public SinkAccount Sink(string name)
    {
        if (!_sinks.TryGetValue(name, out var account)) _sinks[name] = account = new();
        return account;
    }

    /// <summary>Starts with nothing, whatever an earlier life of that sink got.</summary>
    public SinkAccount OpenSink(string name) => _sinks[name] = new();

    public void Apply(in SpoolRecord record)
    {
        Sum += BooksEntry.Of(record);
        if (record.Identity is { } identity) GivenUp += Epochs.Add(identity, BooksEntry.OfEpoch(record));
        if (record.Verdict == Verdict.Requeued) return; // nothing was heard of the device

        LastSeenNs = Math.Max(LastSeenNs, record.ReceivedAtNs);
        if (record is { Verdict: Verdict.Judged, Identity: null }) Provable = false; // an undecodable message says nothing about gaps
    }

    /// <param name="history">With its lock held; null for a device that never sent an identity, or was forgotten.</param>
    public DeviceBooks ToBooks(string[] sinks, SequenceHistory? history) => new(
        Device, LastSeenNs, Sum.Messages, Sum.Received, Sum.Accepted, Sum.Rejected, Sum.Duplicate, Provable && history is not { IsComplete: false },
        Array.ConvertAll(sinks, name => Sink(name).ToBooks(name)),
        [.. Epochs.All.Select(account => EpochBooks.Of(account, history?.Epochs.FirstOrDefault(epoch => epoch.Epoch == account.Epoch)))],
        history?.Gaps() ?? [],
        GivenUp);
}
