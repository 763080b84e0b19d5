namespace Iot.Gateway.Detection.Habits;

/// <summary>How many series of all devices are watched. Thread-safe.</summary>
internal sealed class SeriesBounds(DetectionOptions options)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _count) <= options.Series) return true;

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Release(int series) => Interlocked.Add(ref _count, -series);
}
