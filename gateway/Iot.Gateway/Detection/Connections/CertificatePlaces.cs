namespace Iot.Gateway.Detection.Connections;

/// <summary>The networks one certificate was last connected from; guarded by its owner.</summary>
internal sealed class CertificatePlaces(string device)
{
    private const int MaxPlaces = 4;

    private readonly List<Place> _places = [];
    private DateTimeOffset _began;

    public string Device => device;

    /// <summary>How often it came back to a network it had left for another.</summary>
    public int Returns { get; private set; }

    public string Newest => _places.Count == 0 ? "" : _places[^1].Site;

    public string Sites => string.Join(" and ", _places.TakeLast(2).Select(place => place.Site));

    /// <returns><see cref="Returns"/> within the window.</returns>
    public int Enter(string site, DateTimeOffset now, TimeSpan window)
    {
        if (now - _began > window) (Returns, _began) = (0, now);

        var index = _places.FindIndex(place => place.Site.Equals(site, StringComparison.Ordinal));
        var place = index < 0 ? new Place(site) : _places[index];
        if (index >= 0)
        {
            if (index < _places.Count - 1 && now - place.Left <= window) Returns++;
            _places.RemoveAt(index);
        }
        else if (_places.Count == MaxPlaces)
        {
            _places.RemoveAt(Math.Max(0, _places.FindIndex(old => old.Live == 0)));
        }

        if (place.Live++ == 0) place.Since = now;
        place.Left = DateTimeOffset.MaxValue;
        _places.Add(place); // the newest stands last
        return Returns;
    }

    public void Leave(string site, DateTimeOffset now)
    {
        if (_places.Find(place => place.Site.Equals(site, StringComparison.Ordinal)) is not { Live: > 0 } place) return;

        place.Live--;
        place.Left = now;
    }

    /// <summary>Networks it is connected from now, and was then already.</summary>
    public int LiveSince(DateTimeOffset then) => _places.Count(place => place.Live > 0 && place.Since <= then);

    public bool IsQuietSince(DateTimeOffset then) => _places.TrueForAll(place => place.Live == 0 && place.Left < then);

    private sealed class Place(string site)
    {
        public string Site => site;

        public int Live { get; set; }

        public DateTimeOffset Since { get; set; }

        /// <summary>In the future while it is connected.</summary>
        public DateTimeOffset Left { get; set; }
    }
}
