using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>The whole fleet as of this second, made once for everybody who looks. Costs nothing while nobody does.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FleetWatch(GatewayView view, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.9);

    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly Dictionary<DeviceId, RateWindow> _rates = [];
    private FleetSnapshot? _last;
    private TimeSpan _lastAt;

    public FleetSnapshot Current()
    {
        lock (_lock)
        {
            var at = clock.GetElapsedTime(_started);
            if (_last is not null && at - _lastAt < Fresh) return _last;

            _lastAt = at;
            return _last = TakeLocked(at);
        }
    }

    private FleetSnapshot TakeLocked(TimeSpan at)
    {
        var books = view.Books();
        var now = clock.GetUtcNow();
        var rows = new List<FleetRow>(books.Count);
        foreach (var device in books)
        {
            if (!_rates.TryGetValue(device.Device, out var window)) _rates[device.Device] = window = new();
            rows.Add(FleetRow.Of(device, DeviceStates.Of(device, view.Presence(device.Device), now), view.Clock(device.Device), window.Add(at, device.Received)));
        }

        return new(now, rows, Balance.Of(books));
    }
}

/// <param name="Rows">Ordered by device.</param>
internal sealed record FleetSnapshot(DateTimeOffset At, IReadOnlyList<FleetRow> Rows, Balance Balance)
{
    public double ReadingsPerSecond => Math.Round(Rows.Sum(row => row.Rate), 1);

    public int Online => Rows.Count(row => row.State == DeviceState.Online);
}
