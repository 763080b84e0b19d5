using System.Collections.Concurrent;

namespace Iot.Gateway.Observability;

/// <summary>Knows of every loop whether it is alive: waiting for something to do, or at work and not for too long.</summary>
/// <remarks>Thread-safe. What it finds ends in <c>/health/live</c>, and stops the systemd watchdog's pings.</remarks>
internal sealed class LoopWatch(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Loop> _loops = new(StringComparer.Ordinal);

    /// <param name="name">For people: <c>delivery to Influx</c>. Starting a loop of the same name again replaces it.</param>
    /// <param name="patience">Longest that one piece of work may take before the loop counts as stuck.</param>
    public Loop Start(string name, TimeSpan patience) => _loops[name] = new(clock, name, patience);

    /// <summary>One sentence for each loop that is stuck or ended unasked; empty while all are alive.</summary>
    public IReadOnlyList<string> Problems() =>
        [.. _loops.Values.Select(loop => loop.Problem()).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>One loop's side of the watch; called from that loop only.</summary>
    internal sealed class Loop(TimeProvider clock, string name, TimeSpan patience)
    {
        private const long IsWaiting = 0;
        private long _workingSince = IsWaiting;
        private volatile string? _ended;

        /// <summary>A piece of work starts now.</summary>
        public void Working() => Volatile.Write(ref _workingSince, Math.Max(1, clock.GetTimestamp()));

        /// <summary>Waits for a signal, however long.</summary>
        public void Waiting() => Volatile.Write(ref _workingSince, IsWaiting);

        /// <summary>It ended though nobody asked: <paramref name="why"/>.</summary>
        public void Failed(string why) => _ended = why;

        public string? Problem()
        {
            if (_ended is { } why) return $"The loop '{name}' ended: {why}";

            var since = Volatile.Read(ref _workingSince);
            return since != IsWaiting && clock.GetElapsedTime(since) > patience
                ? $"The loop '{name}' has been at one piece of work for more than {patience.TotalSeconds:0.#} s."
                : null;
        }
    }
}
