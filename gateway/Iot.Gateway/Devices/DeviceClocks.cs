using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>How the devices' clocks stand, by their own words. In memory only: devices repeat them once a minute. Thread-safe.</summary>
internal sealed class DeviceClocks
{
    /// <summary>More devices than this are served, but their clocks are not known.</summary>
    public const int MaxDevices = 100_000;

    private readonly ConcurrentDictionary<DeviceId, DeviceClock> _clocks = new();

    /// <summary>How many devices stand how.</summary>
    public IReadOnlyDictionary<ClockState, int> ByState() =>
        _clocks.Values.Where(clock => clock.State is not null).CountBy(clock => clock.State!.Value).ToDictionary();

    /// <summary>Null for a device that never said.</summary>
    public DeviceClock? Find(DeviceId device) => _clocks.TryGetValue(device, out var found) ? found : null;

    /// <summary>A batch has arrived; what it says counts unless a later one has spoken.</summary>
    public void Saw(ReadingBatch batch)
    {
        if (batch.Clock is not { } said) return;
        if (_clocks.Count >= MaxDevices && !_clocks.ContainsKey(batch.Device)) return;

        _clocks.AddOrUpdate(
            batch.Device,
            static (_, news) => DeviceClock.Unknown.After(news.Said, news.Identity, news.Readings),
            static (_, before, news) => before.After(news.Said, news.Identity, news.Readings),
            (Said: said, batch.Identity, Readings: batch.Count));
    }
}

/// <summary>How one device's clock stands.</summary>
/// <param name="State">Where the times of its new readings come from; null when it only sent what it recorded earlier.</param>
/// <param name="Skew">Seconds by which its own clock is ahead of ours, as it estimates; NaN when it did not say.</param>
/// <param name="Rebased">Readings since our start that were recorded before their time was known.</param>
/// <param name="Estimated">Readings since our start whose time is a guess.</param>
/// <param name="Last">The batch that spoke last.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeviceClock(ClockState? State, double Skew, long Rebased, long Estimated, BatchIdentity Last)
{
    public static DeviceClock Unknown => new(State: null, double.NaN, 0, 0, default);

    /// <summary>What was recorded earlier says nothing of how the clock stands now; nor does a batch that lay behind.</summary>
    public DeviceClock After(BatchClock said, BatchIdentity? identity, int readings) => said.State switch
    {
        ClockState.Rebased => this with { Rebased = Rebased + readings },
        ClockState.Estimated => this with { Estimated = Estimated + readings },
        _ when identity is { } one && one.Epoch == Last.Epoch && one.Seq < Last.Seq => this,
        _ => this with { State = said.State, Skew = said.Skew, Last = identity ?? default },
    };
}
