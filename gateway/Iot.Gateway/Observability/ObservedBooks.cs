using System.Diagnostics;
using System.Diagnostics.Metrics;
using Iot.Gateway.Ledger;

namespace Iot.Gateway.Observability;

/// <summary>Instruments over the books: what outlives restarts, unlike the counters.</summary>
internal static class ObservedBooks
{
    /// <summary>In the order of <see cref="FleetBooks.Heard"/>.</summary>
    private static readonly string[] Silences = ["5m", "1h", "1d", "longer"];

    public static void Add(Meter meter, Func<FleetBooks> books)
    {
        meter.CreateObservableGauge("iot.gateway.books.readings", () => Entries(books()), "{reading}", "The books of all devices, by entry: received = accepted + rejected + duplicate; accepted = before + stored + pending + dead_lettered for every sink.");
        meter.CreateObservableGauge("iot.gateway.books.unbalanced", () => books().Unbalanced, "{device}", "Devices whose books do not balance.");
        meter.CreateObservableGauge("iot.gateway.batches.missing", () => Missing(books()), "{batch}", "Batches that have not arrived and still may; held: the device says that it still has them.");
        meter.CreateObservableGauge("iot.gateway.devices.heard", () => Heard(books()), "{device}", "Devices by how long ago they were last heard: within 5m, 1h, 1d, or longer; each is counted once.");
    }

    /// <summary>In one instrument, so that a scrape sees the books of one moment and the sums come out.</summary>
    private static IEnumerable<Measurement<long>> Entries(FleetBooks books) =>
    [
        Of(books.Sum.Received, ("entry", "received")), Of(books.Sum.Accepted, ("entry", "accepted")),
        Of(books.Sum.Rejected, ("entry", "rejected")), Of(books.Sum.Duplicate, ("entry", "duplicate")),
        .. books.Sinks.SelectMany(Delivery),
    ];

    private static Measurement<long>[] Delivery(SinkBooks sink) =>
    [
        Of(sink.Before, ("entry", "before"), ("sink", sink.Sink)), Of(sink.Stored, ("entry", "stored"), ("sink", sink.Sink)),
        Of(sink.Pending, ("entry", "pending"), ("sink", sink.Sink)), Of(sink.DeadLettered, ("entry", "dead_lettered"), ("sink", sink.Sink)),
    ];

    private static Measurement<long>[] Missing(FleetBooks books) =>
        [Of((long)books.MissingHeld, ("held", "yes")), Of((long)books.MissingUnheld, ("held", "no"))];

    private static IEnumerable<Measurement<long>> Heard(FleetBooks books) => books.Heard.Select((devices, i) => Of(devices, ("last", Silences[i])));

    private static Measurement<long> Of(long value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        var list = new TagList();
        foreach (var (name, text) in tags) list.Add(name, text);
        return new(value, list);
    }
}
