using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>Keeps the books of the sinks by what the delivery loops report.</summary>
internal sealed class SinkBookkeeper(FileSpool spool, GatewayLedger ledger, RefusalCollector refusals, ILogger<SinkBookkeeper> log)
{
    private const ulong FewRecords = 1000;

    /// <summary>What the delivery loops call.</summary>
    public DeliveryEvents Events() => new(Resume, RefuseAsync, ledger.Deliver);

    /// <summary>Closes the books of sinks that are not configured any more; their place in the spool would hold it for ever.</summary>
    public void CloseAllBut(IEnumerable<string> configured)
    {
        foreach (var gone in ledger.Sinks.Except(configured, StringComparer.Ordinal))
        {
            log.SinkGone(gone);
            ledger.CloseSink(gone);
            spool.Journal.RemoveCursor(gone);
        }
    }

    /// <summary>A sink goes on at <paramref name="offset"/>: what it got after the last snapshot is counted from the journal.</summary>
    /// <remarks>A sink gets all that the journal holds. One that the snapshot does not know, but that has got something, met a crash before the first.
    /// One that stands lower than it reported has lost what it held: it gets that again, so its books begin anew.</remarks>
    public void Resume(string sink, ulong offset)
    {
        var known = ledger.DeliveredTo(sink) is { } reported && reported <= offset ? reported : Open(sink);
        if (known < offset) ledger.Deliver(sink, offset, Delivered(sink, known, offset));
    }

    private ulong Open(string sink)
    {
        var first = spool.Journal.FirstOffset;
        var (counted, owed) = (first, new Dictionary<DeviceId, SinkAccount>());
        while (ledger.Applied is var applied && applied > counted + FewRecords) // the books stand still while the rest is counted
        {
            AddOwed(owed, sink, counted, applied);
            counted = applied;
        }

        ledger.OpenSink(sink, first, upTo =>
        {
            AddOwed(owed, sink, counted, upTo);
            return owed;
        });
        refusals.Restore(ledger, sink);
        return first;
    }

    /// <summary>Kept as dead letters first, then booked: what was kept before, in an earlier run, counts once.</summary>
    private async Task RefuseAsync(string sink, IReadOnlyList<RefusedReading> refused, CancellationToken cancellation) =>
        ledger.Refuse(sink, await refusals.KeepAsync(sink, refused, cancellation));

    private DeliveryTally Delivered(string sink, ulong from, ulong to)
    {
        var tally = new DeliveryTally();
        Read(from, to, (in SpoolRecord record) =>
        {
            if (record.Accepted > 0 && record.IsFor(sink)) tally.Add(record.DeviceId, record.Accepted);
        });
        return tally;
    }

    private void AddOwed(Dictionary<DeviceId, SinkAccount> owed, string sink, ulong from, ulong to) => Read(from, to, (in SpoolRecord record) =>
    {
        if (!owed.TryGetValue(record.DeviceId, out var account)) owed[record.DeviceId] = account = new();
        account.Apply(record, sink);
    });

    private void Read(ulong from, ulong to, RecordReader read)
    {
        using var reader = spool.Journal.OpenReader(from);
        while (reader.TryRead(out var record) && record.Offset < to) read(SpoolRecord.Read(record.Payload.Span));
    }

    private delegate void RecordReader(in SpoolRecord record);
}
