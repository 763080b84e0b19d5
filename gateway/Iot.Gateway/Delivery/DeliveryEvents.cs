namespace Iot.Gateway.Delivery;

/// <summary>Whom a delivery loop tells: the dead letters and the ledger, which lie downstream.</summary>
/// <param name="Resumed">Sink and the offset it goes on at; before any other event of that sink.</param>
/// <param name="Refused">Sink and readings it will never take. The checkpoint waits until they are kept.</param>
/// <param name="Delivered">Sink, checkpointed offset, and the accepted readings handed over since the last call; the tally is the callee's to keep.</param>
internal sealed record DeliveryEvents(
    Action<string, ulong> Resumed,
    Func<string, IReadOnlyList<RefusedReading>, CancellationToken, Task> Refused,
    Action<string, ulong, DeliveryTally> Delivered);
