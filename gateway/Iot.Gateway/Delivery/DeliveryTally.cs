using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>Readings counted by device; what the ledger is told of a delivery.</summary>
internal sealed class DeliveryTally
{
    private readonly Dictionary<DeviceId, long> _readings = [];

    public IReadOnlyDictionary<DeviceId, long> Readings => _readings;

    public void Add(DeviceId device, long readings) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_readings, device, out _) += readings;

    public void Add(DeliveryTally other)
    {
        foreach (var (device, readings) in other._readings) Add(device, readings);
    }
}
