using Iot.Gateway.Spooling;

namespace Iot.Gateway.Ledger;

internal sealed class RefusalCollector
{
#pragma warning disable CA1822 // written with the dead letter store
    public ulong CollectedTo => ulong.MaxValue;

    public bool IsFull => false;

    public void Collect(ulong offset, in SpoolRecord record) { _ = offset; _ = record; }

    public Task<Iot.Gateway.Delivery.DeliveryTally> KeepAsync(string sink, IReadOnlyList<Iot.Gateway.Delivery.RefusedReading> refused, CancellationToken cancellation) => Task.FromResult(new Iot.Gateway.Delivery.DeliveryTally());

    public Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;
}
