namespace Iot.Gateway.EmbeddedStore;

/// <summary>The series known in memory, at most a configured number; the rest is looked up in the database when it is written.</summary>
/// <remarks>Thread-safe: writes are filled while the one before is sent.</remarks>
internal sealed class SeriesCatalogue
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private readonly Dictionary<byte[], Series> _byKey;
    private readonly Dictionary<byte[], Series>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private long _newestNs;
    private int _lastId;

    /// <param name="lastId">Highest id given so far; 0 for none.</param>
    /// <param name="newestNs">No series that is not in <see cref="Load"/> holds a newer reading.</param>
    public SeriesCatalogue(int capacity, int lastId, long newestNs)
    {
        _capacity = capacity;
        _lastId = lastId;
        _newestNs = newestNs;
        _byKey = new(SeriesKeyComparer.Instance);
        _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Every series of the database is in memory, so one that is not found is new.</summary>
    public bool IsComplete { get; private set; } = true;

    public int Count
    {
        get
        {
            lock (_gate) return _byKey.Count;
        }
    }

    public int NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Takes a series from the database; false when there is no room.</summary>
    public bool Load(Series series)
    {
        lock (_gate)
        {
            if (_byKey.Count >= _capacity) return IsComplete = false;

            _byKey[series.Key] = series;
            return true;
        }
    }

    /// <summary>The series of a reading at <paramref name="timeNs"/>, and whether it is late: not newer than all before it.</summary>
    /// <param name="key">With a fifth part, tags that are not merged yet, it is an alias of the key with them merged.</param>
    public Series Touch(ReadOnlySpan<byte> key, long timeNs, out bool late)
    {
        lock (_gate)
        {
            if (!_bySpan.TryGetValue(key, out var series)) series = Learn(key, SeriesKey.Canonical(key));

            late = timeNs <= series.LastNs;
            if (!late) series.LastNs = timeNs;
            if (timeNs > _newestNs) _newestNs = timeNs;
            return series;
        }
    }

    private Series Learn(ReadOnlySpan<byte> key, byte[] canonical)
    {
        if (_byKey.Count >= _capacity)
        {
            _byKey.Clear(); // series already in a write live on there; met again, they are looked up
            IsComplete = false;
        }

        if (!_byKey.TryGetValue(canonical, out var series))
        {
            series = new(canonical, IsComplete ? long.MinValue : _newestNs);
            _byKey.Add(canonical, series);
        }

        if (!key.SequenceEqual(canonical)) _byKey[key.ToArray()] = series;
        return series;
    }
}
