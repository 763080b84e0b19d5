using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books of a device's last epochs, the most recently used first. Guarded by the ledger's lock.</summary>
/// <remarks>As many as <see cref="Deduplication.SequenceHistory"/> remembers; older ones stay in the device's sums alone.</remarks>
internal sealed class EpochAccounts
{
    private const int Most = Deduplication.SequenceHistory.MaxEpochs;

    private readonly List<EpochAccount> _epochs = new(capacity: 1);

    public IReadOnlyList<EpochAccount> All => _epochs;

    /// <returns>Readings that the device gave up since it last said.</returns>
    public ulong Add(in BatchIdentity identity, in BooksEntry entry)
    {
        var epoch = identity.Epoch;
        var at = _epochs.FindIndex(account => account.Epoch == epoch);
        var account = at < 0 ? new EpochAccount(epoch) : _epochs[at];
        var givenUp = identity.Given - Math.Min(identity.Given, account.GivenUp); // an older batch that comes late says less
        account.GivenUp += givenUp;
        account.Sum += entry;
        if (entry.Duplicate == 0) account.Batches += entry.Messages;
        if (at == 0) return givenUp;

        if (at > 0) _epochs.RemoveAt(at);
        else if (_epochs.Count == Most) _epochs.RemoveAt(Most - 1);
        _epochs.Insert(0, account);
        return givenUp;
    }

    /// <summary>From a snapshot, in its order. False when there are as many as there can be.</summary>
    public bool TryRestore(EpochAccount account)
    {
        if (_epochs.Count == Most) return false;

        _epochs.Add(account);
        return true;
    }
}

/// <summary>One life of a device's outbox in the books.</summary>
internal sealed class EpochAccount(ulong epoch)
{
    public ulong Epoch { get; } = epoch;

    /// <summary>Batches received for the first time.</summary>
    public long Batches { get; set; }

    public BooksEntry Sum { get; set; }

    /// <summary>Readings that the device says it gave up.</summary>
    public ulong GivenUp { get; set; }
}
