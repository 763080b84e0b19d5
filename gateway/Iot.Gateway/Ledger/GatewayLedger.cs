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
    private readonly SortedDictionary<string, SinkProgress> _sinks = new(StringComparer.Ordinal);

    /// <summary>One past the last journal record in the books.</summary>
    public ulong Applied { get; private set; }

    public int Devices
    {
        get
        {
            lock (_gate) return _accounts.Count;
        }
    }

    /// <summary>The books of every device, ordered by id.</summary>
    public IReadOnlyList<DeviceBooks> All()
    {
        lock (_gate) return [.. _accounts.Values.OrderBy(account => account.Device).Select(ToBooksLocked)];
    }

    /// <summary>Over all devices; zeros for a sink not seen yet.</summary>
    public SinkBooks TotalOf(string sink)
    {
        lock (_gate) return (_sinks.TryGetValue(sink, out var progress) ? progress.Total : new()).ToBooks(sink);
    }

    public void Apply(ulong offset, in SpoolRecord record)
    {
        lock (_gate)
        {
            var account = AccountLocked(record.DeviceId);
            account.Apply(record);
            Applied = offset + 1;
            foreach (var sink in _sinks.Values)
            {
                account.Sink(sink.Name).Owe(record.Accepted);
                sink.Total.Owe(record.Accepted);
                ReleaseLocked(sink);
            }
        }
    }

    public IReadOnlyList<string> Sinks
    {
        get
        {
            lock (_gate) return [.. _sinks.Keys];
        }
    }

    /// <summary>Forgets a sink: nothing is owed to it any more.</summary>
    public void CloseSink(string sink)
    {
        lock (_gate) _sinks.Remove(sink);
    }

    /// <summary>How far a sink has reported, in the books already or not; null for a sink not seen before.</summary>
    public ulong? DeliveredTo(string sink)
    {
        lock (_gate) return _sinks.TryGetValue(sink, out var progress) ? progress.Reported : null;
    }

    /// <summary>Opens the books of a sink not seen before, which gets everything from <paramref name="offset"/> on.</summary>
    /// <param name="countUpTo">Counts the accepted readings from that offset up to, not including, the one given.</param>
    public void OpenSink(string sink, ulong offset, Func<ulong, DeliveryTally> countUpTo)
    {
        lock (_gate)
        {
            var stillToCome = countUpTo(Applied);
            var progress = _sinks[sink] = new(sink, offset);
            foreach (var account in _accounts.Values)
            {
                var owed = stillToCome.Readings.GetValueOrDefault(account.Device);
                var opened = account.OpenSink(sink);
                opened.Owe(owed);
                opened.Before = account.Accepted - owed;
                progress.Total.Add(opened);
            }
        }
    }

    /// <summary>A sink was handed what <paramref name="tally"/> counts, and its checkpoint is <paramref name="next"/>.</summary>
    public void Deliver(string sink, ulong next, DeliveryTally tally)
    {
        lock (_gate)
        {
            if (!_sinks.TryGetValue(sink, out var progress)) return; // not opened: nothing is owed to it

            progress.Deliver(next, tally);
            ReleaseLocked(progress);
        }
    }

    /// <summary>Of what the sink is being handed, it refused these for good; they are kept as dead letters.</summary>
    public void Refuse(string sink, DeliveryTally refused)
    {
        lock (_gate)
        {
            if (_sinks.TryGetValue(sink, out var progress)) progress.Refuse(refused);
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
            foreach (var account in accounts)
            {
                _accounts[account.Device] = account;
                foreach (var (name, sink) in account.Sinks)
                    if (_sinks.TryGetValue(name, out var progress)) progress.Total.Add(sink);
            }
        }
    }

    /// <summary>What the dead letter store holds of one device and sink, at start.</summary>
    public void RestoreDeadLetters(string sink, DeviceId device, long readings)
    {
        lock (_gate)
        {
            if (!_sinks.TryGetValue(sink, out var progress) || !_accounts.TryGetValue(device, out var account)) return;

            progress.Total.DeadLettered += readings - account.Sink(sink).DeadLettered;
            account.Sink(sink).DeadLettered = readings;
        }
    }

    private void ReleaseLocked(SinkProgress sink)
    {
        while (sink.TryRelease(Applied, out var delivered, out var refused))
        {
            foreach (var (device, readings) in delivered.Readings)
            {
                AccountLocked(device).Sink(sink.Name).Deliver(readings);
                sink.Total.Deliver(readings);
            }

            foreach (var (device, readings) in refused.Readings)
            {
                AccountLocked(device).Sink(sink.Name).DeadLettered += readings;
                sink.Total.DeadLettered += readings;
            }
        }
    }

    private DeviceBooks ToBooksLocked(DeviceAccount account)
    {
        if (!deduplicator.TryFind(account.Device, out var history)) return account.ToBooks(_sinks.Keys, complete: true, gaps: []);

        lock (history.Lock) return account.ToBooks(_sinks.Keys, history.IsComplete, history.Gaps());
    }

    private DeviceAccount AccountLocked(DeviceId device)
    {
        if (!_accounts.TryGetValue(device, out var account)) _accounts[device] = account = new(device);
        return account;
    }
}
