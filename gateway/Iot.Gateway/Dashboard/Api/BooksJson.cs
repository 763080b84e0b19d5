using System.Globalization;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>The books of one device as the API shows them, all in readings.</summary>
/// <param name="Provable">False: it sent packs without identity, so that not every gap can be known.</param>
/// <param name="GivenUp">Readings that the device gave up, as it said: no room in its outbox, too old, or thinned out.</param>
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
    IReadOnlyList<EpochJson> Epochs,
    IReadOnlyList<GapJson> Gaps,
    ulong GivenUp)
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
        [.. books.Epochs.Select(EpochJson.Of)],
        [.. books.Gaps.Select(GapJson.Of)],
        books.GivenUp);
}

/// <summary>The books of all devices together, in readings, for scripts that ask only whether anything is wrong.</summary>
/// <param name="Devices">How many there are.</param>
/// <param name="Balanced">The books of each of them balance.</param>
/// <param name="Missing">Batches that never arrived, given up or not.</param>
/// <param name="Stored">Over all sinks, like the two behind it.</param>
internal sealed record TotalsJson(
    int Devices, bool Balanced, long Received, long Accepted, long Rejected, long Duplicate, ulong Missing, long Stored, long Pending, long DeadLettered)
{
    public static TotalsJson Of(IReadOnlyList<DeviceBooks> books)
    {
        var sum = Balance.Of(books);
        var missing = books.SelectMany(device => device.Gaps).Aggregate(0UL, (so, gap) => so + gap.To - gap.From + 1);
        return new(
            books.Count, books.All(Balance.Holds), sum.Received, sum.Accepted, sum.Rejected, sum.Duplicate, missing,
            sum.Sinks.Sum(sink => sink.Stored), sum.Sinks.Sum(sink => sink.Pending), sum.Sinks.Sum(sink => sink.DeadLettered));
    }
}

/// <param name="Epoch">16 hexadecimal digits: one life of the device's outbox.</param>
/// <param name="Produced">The highest seq received: produced = batches + missing + givenUp once the books have caught up, and while all is remembered.</param>
/// <param name="Batches">Batches received, each counted once.</param>
/// <param name="Missing">Batches that have not arrived, and still may.</param>
/// <param name="GivenUp">Batches that the device no longer holds, as it said.</param>
/// <param name="Received">Readings, like those behind it.</param>
internal sealed record EpochJson(
    string Epoch, ulong Produced, long Batches, ulong Missing, ulong GivenUp, long Received, long Accepted, long Rejected, long Duplicate, ulong GivenUpReadings)
{
    public static EpochJson Of(EpochBooks epoch) => new(
        epoch.Epoch.ToString("x16", CultureInfo.InvariantCulture), epoch.Produced, epoch.Batches, epoch.Missing, epoch.GivenUp,
        epoch.Readings.Received, epoch.Readings.Accepted, epoch.Readings.Rejected, epoch.Readings.Duplicate, epoch.GivenUpReadings);
}

/// <param name="Before">Accepted before this sink was configured, and not for it; usually 0.</param>
internal sealed record SinkBooksJson(string Sink, long Stored, long Pending, long DeadLettered, long Before);

/// <param name="Epoch">16 hexadecimal digits.</param>
/// <param name="From">First batch that never arrived.</param>
/// <param name="To">Last batch that never arrived.</param>
/// <param name="GivenUp">The device no longer holds them; else they may still come.</param>
/// <param name="Held">The device said that it holds them still: they wait in its outbox.</param>
/// <param name="After">Time of the newest reading before the gap, RFC 3339; nothing when nobody knows.</param>
/// <param name="Before">Time of the oldest reading behind it.</param>
internal sealed record GapJson(string Epoch, ulong From, ulong To, bool GivenUp, bool Held, string? After, string? Before)
{
    public static GapJson Of(SequenceGap gap) => new(
        gap.Epoch.ToString("x16", CultureInfo.InvariantCulture), gap.From, gap.To, gap.GivenUp, gap.Held, Time(gap.AfterNs), Time(gap.BeforeNs));

    private static string? Time(long ns) => ns == 0 ? null : TimeText.Format(ns);
}
