using System.Runtime.InteropServices;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Ledger;

/// <summary>What one journal record adds to the books; also the sum of many. All in readings but <paramref name="Messages"/>.</summary>
/// <remarks>Each part is counted for itself, so that received = accepted + rejected + duplicate is a check that can fail.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BooksEntry(long Messages, long Received, long Accepted, long Rejected, long Duplicate)
{
    public static BooksEntry operator +(in BooksEntry a, in BooksEntry b) => new(
        a.Messages + b.Messages, a.Received + b.Received, a.Accepted + b.Accepted, a.Rejected + b.Rejected, a.Duplicate + b.Duplicate);

    public static BooksEntry Of(in SpoolRecord record) => record.Verdict switch
    {
        Verdict.Duplicate => new(1, record.Readings, 0, 0, record.Readings),
        Verdict.Requeued => OfRequeued(record, RequeuedFrom.Read(record.From)),
        _ => new(1, record.Readings, record.Accepted, record.Rejected, 0),
    };

    /// <summary>The same for the books of the record's epoch, which a message that could not be read was not in.</summary>
    public static BooksEntry OfEpoch(in SpoolRecord record) =>
        record.Verdict == Verdict.Requeued && RequeuedFrom.Read(record.From).WholeMessage
            ? new(1, record.Readings, record.Accepted, record.Rejected, 0)
            : Of(record);

    /// <summary>What ingest refused and is accepted now changes sides; what a sink refused was accepted all along.</summary>
    private static BooksEntry OfRequeued(in SpoolRecord record, in RequeuedFrom from)
    {
        if (from.Sink is not null) return default;
        if (!from.WholeMessage) return new(0, 0, record.Accepted, -record.Accepted, 0);

        return new(0, record.Readings - 1, record.Accepted, record.Rejected - 1, 0); // it counted as one reading while nobody could read it
    }
}
