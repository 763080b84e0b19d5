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
        meter.CreateObservableGauge("iot.gateway.books.received", () => books().Sum.Received, "{reading}", "Readings received of all devices; equals accepted + rejected + duplicate.");
        meter.CreateObservableGauge("iot.gateway.books.receipt", () => Receipt(books().Sum), "{reading}", "What became of the readings received, by result.");
        meter.CreateObservableGauge("iot.gateway.books.delivery", () => books().Sinks.SelectMany(Delivery), "{reading}", "What became of the readings accepted, by sink and result; they add up to accepted for every sink.");
        meter.CreateObservableGauge("iot.gateway.books.unbalanced", () => books().Unbalanced, "{device}", "Devices whose books do not balance.");
        meter.CreateObservableGauge("iot.gateway.batches.missing", () => Missing(books()), "{batch}", "Batches that have not arrived and still may; held: the device says that it still has them.");
        meter.CreateObservableGauge("iot.gateway.devices.heard", () => Heard(books()), "{device}", "Devices by how long ago they were last heard: within 5m, 1h, 1d, or longer; each is counted once.");
    }

    private static Measurement<long>[] Receipt(BooksEntry sum) =>
        [Of(sum.Accepted, ("result", "accepted")), Of(sum.Rejected, ("result", "rejected")), Of(sum.Duplicate, ("result", "duplicate"))];

    private static Measurement<long>[] Delivery(SinkBooks sink) =>
    [
        Of(sink.Before, ("sink", sink.Sink), ("result", "before")), Of(sink.Stored, ("sink", sink.Sink), ("result", "stored")),
        Of(sink.Pending, ("sink", sink.Sink), ("result", "pending")), Of(sink.DeadLettered, ("sink", sink.Sink), ("result", "dead_lettered")),
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
