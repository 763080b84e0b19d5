namespace Iot.Gateway.Detection.Connections;

/// <summary>Counts by name within a window that begins with the first. Bounded: the window that began first goes first. Thread-safe.</summary>
internal sealed class Tally<T>(TimeSpan window, TimeProvider clock) where T : class, new()
{
    /// <summary>Names at a time; a flood of new names only displaces itself and what is about to run out.</summary>
    public const int MaxNames = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (T Count, long Began)> _names = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, long Began)> _order = new();

    /// <summary>Counted now.</summary>
    public int Names
    {
        get
        {
            lock (_gate) return _names.Count;
        }
    }

    /// <summary>Changes the count of a name, with nobody else doing so.</summary>
    public TResult With<TResult>(string name, Func<T, TResult> change)
    {
        lock (_gate)
        {
            Expire();
            if (!_names.TryGetValue(name, out var entry))
            {
                if (_names.Count == MaxNames) Forget(_order.Dequeue());
                entry = _names[name] = (new(), clock.GetTimestamp());
                _order.Enqueue((name, entry.Began));
            }

            return change(entry.Count);
        }
    }

    private void Expire()
    {
        while (_order.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.Began) > window) Forget(_order.Dequeue());
    }

    private void Forget((string Name, long Began) oldest) => _names.Remove(oldest.Name);
}

/// <summary>How often, and when somebody was last told: a flood is told of once a second.</summary>
internal sealed class Hits
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _told;
    private DateTimeOffset _tellAt;

    public long Count { get; private set; }

    /// <returns>How many there are now, and how many of them are to be told of; zero for none.</returns>
    public (long Count, long News) Add(int limit, DateTimeOffset now)
    {
        if (++Count < limit || now < _tellAt) return (Count, 0);

        var news = Count - _told;
        (_told, _tellAt) = (Count, now + Pause);
        return (Count, news);
    }
}
