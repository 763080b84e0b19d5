using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>Accepted readings handed to a sink, counted by device; what the ledger is told after a checkpoint.</summary>
internal sealed class DeliveryTally
{
    private readonly Dictionary<DeviceId, long> _delivered = [];

    public IReadOnlyDictionary<DeviceId, long> Delivered => _delivered;

    public void Add(DeviceId device, long readings) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_delivered, device, out _) += readings;

    public void Add(DeliveryTally other)
    {
        foreach (var (device, readings) in other._delivered) Add(device, readings);
    }
}
