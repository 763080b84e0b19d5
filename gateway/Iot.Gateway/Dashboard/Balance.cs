using Iot.Gateway.Ledger;

namespace Iot.Gateway.Dashboard;

/// <summary>The sums that must come out, over one device or all of them.</summary>
internal sealed record Balance(long Received, long Accepted, long Rejected, long Duplicate, IReadOnlyList<SinkBooks> Sinks)
{
    public bool IsReceiptBalanced => Received == Accepted + Rejected + Duplicate;

    public static Balance Of(IReadOnlyList<DeviceBooks> books) => new(
        books.Sum(device => device.Received),
        books.Sum(device => device.Accepted),
        books.Sum(device => device.Rejected),
        books.Sum(device => device.Duplicate),
        [.. books.SelectMany(device => device.Sinks).GroupBy(sink => sink.Sink, StringComparer.Ordinal).Select(group => new SinkBooks(
            group.Key, group.Sum(sink => sink.Stored), group.Sum(sink => sink.Pending), group.Sum(sink => sink.DeadLettered), group.Sum(sink => sink.Before)))]);

    public bool IsBalanced(SinkBooks sink) => Accepted == sink.Before + sink.Stored + sink.Pending + sink.DeadLettered;

    public static bool Holds(DeviceBooks books)
    {
        var balance = new Balance(books.Received, books.Accepted, books.Rejected, books.Duplicate, books.Sinks);
        return balance.IsReceiptBalanced && books.Sinks.All(balance.IsBalanced);
    }
}
