using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Ledger;

/// <summary>Keeps the books of the sinks by what the delivery loops report.</summary>
internal sealed class SinkBookkeeper(FileSpool spool, GatewayLedger ledger, RefusalCollector refusals, ILogger<SinkBookkeeper> log)
{
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
    public void Resume(string sink, ulong offset)
    {
        if (ledger.DeliveredTo(sink) is not { } known) ledger.OpenSink(sink, offset, upTo => Count(offset, upTo));
        else if (known < offset) ledger.Deliver(sink, offset, Count(known, offset));
    }

    /// <summary>Kept as dead letters first, then booked: what was kept before, in an earlier run, counts once.</summary>
    private async Task RefuseAsync(string sink, IReadOnlyList<RefusedReading> refused, CancellationToken cancellation) =>
        ledger.Refuse(sink, await refusals.KeepAsync(sink, refused, cancellation));

    private DeliveryTally Count(ulong from, ulong to)
    {
        var tally = new DeliveryTally();
        using var reader = spool.Journal.OpenReader(from);
        while (reader.TryRead(out var journalRecord) && journalRecord.Offset < to)
        {
            var record = SpoolRecord.Read(journalRecord.Payload.Span);
            if (record.Accepted > 0) tally.Add(record.DeviceId, record.Accepted);
        }

        return tally;
    }
}
