namespace Iot.Gateway.Dashboard.Live;

/// <summary>The newest value of each series of one device that somebody watches.</summary>
/// <remarks>
/// Thread-safe. Subscribers ask what changed since the version they know, so a slow one skips values in between and
/// none keeps a buffer here.
/// </remarks>
internal sealed class DeviceValues
{
    /// <summary>Series kept; more are not shown live.</summary>
    public const int MaxSeries = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Measurement, string Field, string Tags), (LiveValue Value, long Version)> _series = [];
    private long _version;

    /// <summary>Watchers now; guarded by the owner's lock.</summary>
    public int Watchers { get; set; }

    /// <summary>False when there is no room for another series. An older value than the one known changes nothing.</summary>
    public bool TryPut(LiveValue value)
    {
        var key = (value.Measurement, value.Field, value.Tags);
        lock (_lock)
        {
            var known = _series.TryGetValue(key, out var before);
            if (!known && _series.Count == MaxSeries) return false;

            if (!known || value.TimeNs >= before.Value.TimeNs) _series[key] = (value, ++_version);
            return true;
        }
    }

    /// <summary>What changed since <paramref name="version"/>, which moves to now; 0 asks for everything.</summary>
    public IReadOnlyList<LiveValue> ChangedSince(ref long version)
    {
        lock (_lock)
        {
            if (version == _version) return [];

            var since = version;
            version = _version;
            return [.. _series.Values.Where(entry => entry.Version > since).Select(entry => entry.Value)];
        }
    }
}
