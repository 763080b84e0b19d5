using Iot.Gateway.Dashboard.Live;

namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>The list of all devices, made anew about once a second for everybody who looks. Costs nothing while nobody does.</summary>
/// <remarks>Thread-safe. Made less often where there are very many devices, as <see cref="FleetWatch"/>.</remarks>
internal sealed class WholeFleet(GatewayView view, FleetWatch fleet, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private volatile FleetList? _last;
    private TimeSpan _lastAt;

    public FleetList Current()
    {
        if (_last is null) _lock.Enter();
        else if (!_lock.TryEnter()) return _last; // as FleetWatch

        try
        {
            var at = clock.GetElapsedTime(_started);
            if (_last is not null && at - _lastAt < Freshness.Of(_last.Count)) return _last;

            _lastAt = at;
            return _last = new(Entries(fleet.Current().Rows));
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Both are ordered by id.</summary>
    private FleetEntry[] Entries(IReadOnlyList<FleetRow> spoken)
    {
        var registered = view.Registered();
        var entries = new List<FleetEntry>(Math.Max(spoken.Count, registered.Count));
        var (s, r) = (0, 0);
        while (s < spoken.Count || r < registered.Count)
        {
            var order = s == spoken.Count ? 1 : r == registered.Count ? -1 : string.CompareOrdinal(spoken[s].Device, registered[r].Device.Value);
            var row = order <= 0 ? spoken[s++] : null;
            var known = order >= 0 ? registered[r++] : null;
            var device = known?.Device ?? row!.Id;
            entries.Add(new(device, row, known, known is { Type.Length: > 0 } ? known.Type : view.TypeOf(device)));
        }

        return [.. entries];
    }
}
