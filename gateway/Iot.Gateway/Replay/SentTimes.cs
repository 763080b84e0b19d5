using System.Runtime.InteropServices;
using System.Text;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Replay;

/// <summary>Between which times each device's readings lie that a replay has sent. A later message with a time in there may hold a later value.</summary>
/// <param name="oldestNs">Times that an earlier run sent, of whichever device; above <paramref name="newestNs"/> when there was none, as it is by default.</param>
internal sealed class SentTimes(long oldestNs = long.MaxValue, long newestNs = long.MinValue)
{
    private readonly Dictionary<string, Span> _devices = new(StringComparer.Ordinal);
    private readonly Span _before = new(oldestNs, newestNs);

    /// <summary>All devices together.</summary>
    public long OldestNs { get; private set; } = oldestNs;

    public long NewestNs { get; private set; } = newestNs;

    /// <summary>Something of this device was sent, or may have been.</summary>
    public bool Knows(ReadOnlySpan<byte> device)
    {
        if (_before.OldestNs <= _before.NewestNs) return true;

        Span<char> id = stackalloc char[DeviceId.MaxLength];
        var length = Encoding.ASCII.GetChars(device, id);
        return _devices.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(id[..length]);
    }

    public bool Overlaps(SpooledMessage message)
    {
        var span = _devices.GetValueOrDefault(message.Device.Value, _before);
        var readings = message.Batch.Readings;
        for (var i = 0; i < readings.Length; i++)
            if (message.IsAccepted(i) && readings[i].TimeNs >= span.OldestNs && readings[i].TimeNs <= span.NewestNs) return true;

        return false;
    }

    public void Add(SpooledMessage message)
    {
        ref var span = ref CollectionsMarshal.GetValueRefOrAddDefault(_devices, message.Device.Value, out var known);
        if (!known) span = _before;

        var readings = message.Batch.Readings;
        for (var i = 0; i < readings.Length; i++)
            if (message.IsAccepted(i)) span = new(Math.Min(span.OldestNs, readings[i].TimeNs), Math.Max(span.NewestNs, readings[i].TimeNs));

        OldestNs = Math.Min(OldestNs, span.OldestNs);
        NewestNs = Math.Max(NewestNs, span.NewestNs);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Span(long OldestNs, long NewestNs);
}
