using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books of promise 4, per device: a projection of the journal and of the sinks' cursors. Thread-safe.</summary>
/// <remarks>
/// Journal records are applied in order, up to <see cref="Applied"/>. What a sink reports beyond that waits, so that
/// nothing is ever stored before it was accepted and the equations hold whenever somebody looks.
/// </remarks>
internal sealed class GatewayLedger(Deduplicator deduplicator)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeviceId, DeviceAccount> _accounts = [];
    private readonly Dictionary<string, SinkProgress> _sinks = new(StringComparer.Ordinal);

    /// <summary>One past the last journal record in the books.</summary>
    public ulong Applied { get; private set; }

    /// <summary>The books of every device, ordered by id.</summary>
    public IReadOnlyList<DeviceBooks> All()
    {
        lock (_gate) return [.. _accounts.Values.OrderBy(account => account.Device).Select(ToBooksLocked)];
    }

    /// <summary>Null for a device never heard of.</summary>
    public DeviceBooks? For(DeviceId device)
    {
        lock (_gate) return _accounts.TryGetValue(device, out var account) ? ToBooksLocked(account) : null;
    }

    public void Apply(ulong offset, in SpoolRecord record)
    {
        lock (_gate)
        {
            AccountLocked(record.DeviceId).Apply(record);
            Applied = offset + 1;
            foreach (var progress in _sinks.Values) progress.ReleaseUpTo(Applied, CreditLocked);
        }
    }

    /// <summary>A sink handed over what <paramref name="tally"/> counts, and its checkpoint is <paramref name="next"/>.</summary>
    public void Deliver(string sink, ulong next, DeliveryTally tally)
    {
        lock (_gate) ProgressLocked(sink).Deliver(next, tally, Applied, CreditLocked);
    }

    /// <summary>Readings that a sink refused for good are kept as dead letters.</summary>
    public void DeadLetter(string sink, DeviceId device, long readings)
    {
        lock (_gate) AccountLocked(device).Sink(sink).DeadLettered += readings;
    }

    /// <summary>How far the books of a sink go; null for a sink not seen before.</summary>
    public ulong? DeliveredTo(string sink)
    {
        lock (_gate) return _sinks.TryGetValue(sink, out var progress) ? progress.Offset : null;
    }

    /// <summary>Opens the books of a sink not seen before, which gets everything from <paramref name="offset"/> on.</summary>
    /// <param name="countUpTo">Counts the accepted readings from that offset up to, not including, the one given.</param>
    public void OpenSink(string sink, ulong offset, Func<ulong, DeliveryTally> countUpTo)
    {
        lock (_gate)
        {
            var stillToCome = countUpTo(Applied);
            _sinks[sink] = new(sink, offset);
            foreach (var account in _accounts.Values)
                account.Sink(sink).Before = account.Accepted - stillToCome.Delivered.GetValueOrDefault(account.Device);
        }
    }

    /// <summary>Everything, at one instant; for the snapshot.</summary>
    public void Visit(Action<ulong, IReadOnlyCollection<SinkProgress>, IReadOnlyCollection<DeviceAccount>> visitor)
    {
        lock (_gate) visitor(Applied, _sinks.Values, _accounts.Values);
    }

    /// <summary>Puts back what a snapshot held. Before anything else is applied.</summary>
    public void Restore(ulong applied, IEnumerable<SinkProgress> sinks, IEnumerable<DeviceAccount> accounts)
    {
        lock (_gate)
        {
            Applied = applied;
            foreach (var sink in sinks) _sinks[sink.Name] = sink;
            foreach (var account in accounts) _accounts[account.Device] = account;
        }
    }

    private DeviceBooks ToBooksLocked(DeviceAccount account)
    {
        if (!deduplicator.TryFind(account.Device, out var history)) return account.ToBooks(_sinks.Keys, complete: true, gaps: []);

        lock (history.Lock) return account.ToBooks(_sinks.Keys, history.IsComplete, history.Gaps());
    }

    private void CreditLocked(string sink, DeliveryTally tally)
    {
        foreach (var (device, readings) in tally.Delivered) AccountLocked(device).Sink(sink).Delivered += readings;
    }

    private SinkProgress ProgressLocked(string sink)
    {
        if (!_sinks.TryGetValue(sink, out var progress)) _sinks[sink] = progress = new(sink, 0);
        return progress;
    }

    private DeviceAccount AccountLocked(DeviceId device)
    {
        if (!_accounts.TryGetValue(device, out var account)) _accounts[device] = account = new(device);
        return account;
    }
}
