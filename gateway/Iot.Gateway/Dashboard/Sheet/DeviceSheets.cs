using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Detection;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>Gathers what is known of a device, at most once a second for all who look at it. Thread-safe.</summary>
internal sealed class DeviceSheets(GatewayView view, DeviceRegistry registry, DeviceConfigs configs, SecurityEvents security, FleetWatch fleet, TimeProvider clock)
{
    private const int MostKept = 64; // as many as there are subscribers

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.9);

    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, (DeviceFacts Facts, long At)> _kept = [];

    /// <summary>For a page that is being made: as of now.</summary>
    public DeviceFacts Facts(DeviceId device) => new(
        device, clock.GetUtcNow(), view.BooksOf(device), view.Presence(device), view.Clock(device), registry.Find(device), ConfigStand.Of(configs.Find(device)),
        [.. security.All().Where(one => one.IsOpen && string.Equals(one.What.Device, device.Value, StringComparison.Ordinal))],
        StatusLine.Of(view.StatusOf(device)));

    /// <param name="device">Somebody looks at its page.</param>
    /// <param name="withSecurity">He may see security events.</param>
    public (DeviceSheet Sheet, GapsFrame Gaps) Current(DeviceId device, bool withSecurity)
    {
        var facts = Kept(device);
        return (DeviceSheet.Of(facts, fleet.Current().RateOf(device), withSecurity), DeviceSheet.Gaps(facts));
    }

    private DeviceFacts Kept(DeviceId device)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (_kept.TryGetValue(device, out var kept) && clock.GetElapsedTime(kept.At, now) < Fresh) return kept.Facts;
            if (_kept.Count >= MostKept) _kept.Clear();

            var facts = Facts(device);
            _kept[device] = (facts, now);
            return facts;
        }
    }
}
