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
        DeviceBooks[] books;
        lock (_gate)
        {
            string[] sinks = [.. _sinks.Keys];
            books = [.. _accounts.Values.Select(account => ToBooksLocked(account, sinks))];
        }

        Array.Sort(books, static (one, other) => one.Device.CompareTo(other.Device)); // who keeps the books does not wait for that
        return books;
    }

    /// <summary>The books of one device; null when it never spoke.</summary>
    public DeviceBooks? Of(DeviceId device)
    {
        lock (_gate) return _accounts.TryGetValue(device, out var account) ? ToBooksLocked(account, [.. _sinks.Keys]) : null;
    }

    /// <summary>Over all devices; zeros for a sink not seen yet.</summary>
    public SinkBooks TotalOf(string sink)
    {
        lock (_gate) return (_sinks.TryGetValue(sink, out var progress) ? progress.Total : new()).ToBooks(sink);
    }

    /// <summary>Of all devices together, as of one moment.</summary>
    public FleetBooks Sum(DateTimeOffset now)
    {
        lock (_gate)
        {
            var fleet = new FleetBooks(now, [.. _sinks.Values.Select(sink => sink.Total.ToBooks(sink.Name))]);
            foreach (var account in _accounts.Values)
            {
                fleet.Add(account);
                if (!deduplicator.TryFind(account.Device, out var history)) continue;

                lock (history.Lock) fleet.AddMissing(history);
            }

            return fleet;
        }
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
                account.Sink(sink.Name).Apply(record, sink.Name);
                sink.Total.Apply(record, sink.Name);
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

    /// <summary>Lowest offset that a restart from a snapshot made now reads; what lies below may go.</summary>
    public ulong Needed
    {
        get
        {
            lock (_gate) return _sinks.Values.Select(sink => sink.Offset).Append(Applied).Min();
        }
    }

    /// <summary>How far a sink has reported, in the books already or not; null for a sink not seen before.</summary>
    public ulong? DeliveredTo(string sink)
    {
        lock (_gate) return _sinks.TryGetValue(sink, out var progress) ? progress.Reported : null;
    }

    /// <summary>Opens the books of a sink not seen before, which gets everything from <paramref name="offset"/> on.</summary>
    /// <param name="owedUpTo">What is owed to it from that offset up to, not including, the one given.</param>
    public void OpenSink(string sink, ulong offset, Func<ulong, IReadOnlyDictionary<DeviceId, SinkAccount>> owedUpTo)
    {
        lock (_gate)
        {
            var owed = owedUpTo(Applied);
            var progress = _sinks[sink] = new(sink, offset);
            foreach (var account in _accounts.Values)
            {
                var opened = account.OpenSink(sink);
                if (owed.GetValueOrDefault(account.Device) is { } stillToCome) opened.Add(stillToCome);
                opened.DeadLettered = 0;
                opened.Before = account.Sum.Accepted - opened.Pending - opened.Delivered; // delivered: less than 0 by what comes again
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

    /// <summary>What the dead letter store holds of a sink, by device, at start; unknown sinks are fine.</summary>
    /// <param name="isAll">False when older ones are not in that store any more: the books know more of them then.</param>
    public void RestoreDeadLetters(string sink, IReadOnlyDictionary<DeviceId, long> readings, bool isAll)
    {
        lock (_gate)
        {
            if (!_sinks.TryGetValue(sink, out var progress)) return;

            progress.Total.DeadLettered = 0;
            foreach (var device in _accounts.Values)
            {
                var account = device.Sink(sink);
                var kept = readings.GetValueOrDefault(device.Device);
                account.DeadLettered = isAll ? kept : Math.Max(kept, account.DeadLettered);
                progress.Total.DeadLettered += account.DeadLettered;
            }
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

    private DeviceBooks ToBooksLocked(DeviceAccount account, string[] sinks)
    {
        if (!deduplicator.TryFind(account.Device, out var history)) return account.ToBooks(sinks, history: null);

        lock (history.Lock) return account.ToBooks(sinks, history);
    }

    private DeviceAccount AccountLocked(DeviceId device)
    {
        if (!_accounts.TryGetValue(device, out var account)) _accounts[device] = account = new(device);
        return account;
    }
}
