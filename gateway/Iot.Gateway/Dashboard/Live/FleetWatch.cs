using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>The whole fleet as of this second, made once for everybody who looks; less often where there are very many devices. Costs nothing while nobody looks.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FleetWatch(GatewayView view, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly Dictionary<DeviceId, RateWindow> _rates = [];
    private readonly RecentTimes _ingest = new();
    private volatile FleetSnapshot? _last;
    private TimeSpan _lastAt;

    public FleetSnapshot Current()
    {
        if (_last is null) _lock.Enter();
        else if (!_lock.TryEnter()) return _last; // somebody makes the next: waiting for it would keep threads from readings

        try
        {
            var at = clock.GetElapsedTime(_started);
            if (_last is not null && at - _lastAt < Freshness.Of(_last.Rows.Count)) return _last;

            _lastAt = at;
            return _last = TakeLocked(at);
        }
        finally
        {
            _lock.Exit();
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

        return new(now, rows, Balance.Of(books), OverviewOf);
    }

    private string OverviewOf(FleetSnapshot fleet) =>
        JsonSerializer.Serialize(OverviewFrame.Of(fleet, _ingest.Add(view.Figures.IngestTimes()), view), ApiJson.Default.OverviewFrame);
}

/// <summary>What the fleet was like at one moment.</summary>
internal sealed class FleetSnapshot
{
    private readonly Lazy<string> _overview;

    public FleetSnapshot(DateTimeOffset at, IReadOnlyList<FleetRow> rows, Balance balance, Func<FleetSnapshot, string> overview)
    {
        (At, Rows, Balance) = (at, rows, balance);
        _overview = new(() => overview(this));
    }

    public DateTimeOffset At { get; }

    /// <summary>Ordered by device.</summary>
    public IReadOnlyList<FleetRow> Rows { get; }

    public Balance Balance { get; }

    /// <summary>The <see cref="OverviewFrame"/> as JSON: the same for everybody who looks, made when the first one asks.</summary>
    public string Overview => _overview.Value;

    public double ReadingsPerSecond => Math.Round(Rows.Sum(row => row.Rate), 1);

    /// <summary>Readings a second; 0 for a device that never spoke.</summary>
    public double RateOf(DeviceId device) => Rows.FirstOrDefault(row => string.Equals(row.Device, device.Value, StringComparison.Ordinal))?.Rate ?? 0;

    public int Online => Rows.Count(row => row.State == DeviceState.Online);
}
