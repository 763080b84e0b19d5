namespace Iot.EdgeAgent.Observability;

/// <summary>So many lines of a kind a minute; the others are counted, and the count is said at the minute's end. Thread-safe.</summary>
/// <remarks>A kind is a category and an event id. What is critical is always said: the agent ends with it.</remarks>
internal sealed class LineBudget : IDisposable
{
    /// <summary>A kind's lines in a minute.</summary>
    public const int Lines = 10;

    /// <summary>Kinds that are told apart; those beyond share one budget.</summary>
    public const int MaxKinds = 256;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly (string Category, int Id) Others = ("others", 0);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Category, int Id), Count> _counts = [];
    private readonly ITimer _timer;
    private bool _armed;

    public LineBudget(TimeProvider clock) =>
        _timer = clock.CreateTimer(_ => EndMinute(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <param name="to">Where the count is said.</param>
    public bool Takes((string Category, int Id) kind, ILogger to, LogLevel level)
    {
        if (level is LogLevel.Critical or LogLevel.None || !to.IsEnabled(level)) return true;

        lock (_gate)
        {
            if (!_counts.TryGetValue(kind, out var count))
            {
                if (_counts.Count >= MaxKinds) kind = Others;
                if (!_counts.TryGetValue(kind, out count)) _counts[kind] = count = new();
            }

            if (!_armed) _timer.Change(Minute, Timeout.InfiniteTimeSpan);
            _armed = true;
            if (count.Said < Lines)
            {
                count.Said++;
                return true;
            }

            (count.LeftOut, count.To, count.Level) = (count.LeftOut + 1, to, level);
            return false;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        EndMinute();
    }

    private void EndMinute()
    {
        List<KeyValuePair<(string Category, int Id), Count>> left;
        lock (_gate)
        {
            left = [.. _counts.Where(count => count.Value.LeftOut > 0)];
            _counts.Clear();
            _armed = false;
        }

        foreach (var (kind, count) in left) count.To!.LinesLeftOut(count.Level, count.LeftOut, kind.Id);
    }

    private sealed class Count
    {
        public int Said;
        public long LeftOut;
        public ILogger? To;
        public LogLevel Level;
    }
}
