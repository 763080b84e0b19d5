namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>Places for connections that have not shown yet whether they are worth one: when all are taken, the oldest makes room. Thread-safe.</summary>
/// <remarks>An honest client is through in a moment, so it is never the oldest for long; a flood displaces itself.</remarks>
internal sealed class OldestFirst(int capacity)
{
    private readonly SortedDictionary<long, Place> _places = [];

    public int Count
    {
        get
        {
            lock (_places) return _places.Count;
        }
    }

    /// <returns>The one that has to go for it; null when there was room.</returns>
    public Place? Add(Place place)
    {
        lock (_places)
        {
            _places.Add(place.Arrival, place);
            if (_places.Count <= capacity) return null;

            var oldest = _places.First();
            _places.Remove(oldest.Key);
            return oldest.Value;
        }
    }

    /// <summary>False when it was not there any more.</summary>
    public bool Remove(Place place)
    {
        lock (_places) return _places.Remove(place.Arrival);
    }
}
