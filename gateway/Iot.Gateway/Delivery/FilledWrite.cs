using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>A write and what it holds.</summary>
/// <param name="filledAt">Timestamp of its first message.</param>
internal sealed class FilledWrite(ISinkWrite write, long filledAt)
{
    private readonly Dictionary<DeviceId, Times> _times = [];

    public ISinkWrite Write { get; } = write;

    public long FilledAt { get; } = filledAt;

    /// <summary>One past the last journal offset that it covers.</summary>
    public ulong Next { get; set; }

    /// <summary>Receipt of its first message; 0 while it holds none.</summary>
    public long ReceivedNs { get; private set; }

    public DeliveryTally Tally { get; } = new();

    public int Readings { get; private set; }

    /// <summary>Time of its newest reading, nanoseconds since 1970; 0 while it holds none.</summary>
    public long NewestNs { get; private set; }

    public void Add(SpooledMessage message)
    {
        Write.Add(message);
        if (ReceivedNs == 0) ReceivedNs = message.ReceivedAtNs;
        Tally.Add(message.Device, message.Accepted);
        Readings += message.Accepted;

        ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(_times, message.Device, out var known);
        if (!known) times = new(long.MaxValue, long.MinValue);
        foreach (var reading in message.Batch.Readings) times = new(Math.Min(times.OldestNs, reading.TimeNs), Math.Max(times.NewestNs, reading.TimeNs));

        NewestNs = Math.Max(NewestNs, times.NewestNs);
    }

    /// <summary>Both hold readings of one device whose times overlap: values for the same series and time may be among them.</summary>
    public bool MayReplaceValuesOf(FilledWrite earlier)
    {
        foreach (var (device, times) in _times)
            if (earlier._times.TryGetValue(device, out var others) && times.OldestNs <= others.NewestNs && others.OldestNs <= times.NewestNs) return true;

        return false;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Times(long OldestNs, long NewestNs);
}
