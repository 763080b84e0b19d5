using System.Globalization;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>The books of one device as the API shows them, all in readings.</summary>
/// <param name="Provable">False: it sent packs without identity, so that not every gap can be known.</param>
/// <param name="Balanced">received = accepted + rejected + duplicate, and for each sink accepted = before + stored + pending + deadLettered.</param>
internal sealed record BooksJson(
    string Device,
    long Received,
    long Accepted,
    long Rejected,
    long Duplicate,
    bool Provable,
    bool Balanced,
    IReadOnlyList<SinkBooksJson> Sinks,
    IReadOnlyList<GapJson> Gaps)
{
    public static BooksJson Of(DeviceBooks books) => new(
        books.Device.Value,
        books.Received,
        books.Accepted,
        books.Rejected,
        books.Duplicate,
        books.Provable,
        Balance.Holds(books),
        [.. books.Sinks.Select(sink => new SinkBooksJson(sink.Sink, sink.Stored, sink.Pending, sink.DeadLettered, sink.Before))],
        [.. books.Gaps.Select(GapJson.Of)]);
}

/// <param name="Before">Accepted before this sink was configured, and not for it; usually 0.</param>
internal sealed record SinkBooksJson(string Sink, long Stored, long Pending, long DeadLettered, long Before);

/// <param name="Epoch">16 hexadecimal digits.</param>
/// <param name="From">First batch that never arrived.</param>
/// <param name="To">Last batch that never arrived.</param>
/// <param name="GivenUp">The device no longer holds them; else they may still come.</param>
internal sealed record GapJson(string Epoch, ulong From, ulong To, bool GivenUp)
{
    public static GapJson Of(SequenceGap gap) => new(gap.Epoch.ToString("x16", CultureInfo.InvariantCulture), gap.From, gap.To, gap.GivenUp);
}
