namespace Iot.Gateway.Detection.Connections;

/// <summary>Counts by name within a window that begins with the first. Bounded: the window that began first goes first. Thread-safe.</summary>
internal sealed class Tally<T>(TimeSpan window, TimeProvider clock) where T : class, new()
{
    /// <summary>Names at a time; a flood of new names only displaces itself and what is about to run out.</summary>
    public const int MaxNames = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (T Count, long Began)> _names = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, long Began)> _order = new();

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

/// <summary>How often, and from where.</summary>
internal sealed class Hits
{
    public long Count { get; set; }
}
