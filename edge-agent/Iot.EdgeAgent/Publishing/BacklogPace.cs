namespace Iot.EdgeAgent.Publishing;

/// <summary>How many bytes of backlog may be under way, so that the link's queue never delays new readings by much.</summary>
/// <remarks>
/// The answers tell: while they come not much later than the quickest on this connection, the link is not full, and the window
/// grows by what was answered; later than <see cref="Longest"/> it shrinks, once a round. What new readings need of the link
/// delays the answers as well, so the backlog gets what they leave, and one batch at a time at the least. The quickest answer is
/// kept for the life of the connection: forgetting it would take the backlog's own queue for the link. Not thread-safe.
/// </remarks>
internal sealed class BacklogPace(TimeProvider clock)
{
    /// <summary>Delay of answers, above the quickest, that backlog may cause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(300);

    private const double Least = 4 * 1024, Most = 4 * 1024 * 1024, Shrink = 0.6;
    private const int Overhead = 100; // of a batch: TCP and IP, TLS, the MQTT header and topic

    private double _window = 2 * Least;
    private TimeSpan _quickest = TimeSpan.MaxValue;
    private long _underWay;
    private long _shrunkAt;

    public bool HasRoom => _underWay == 0 || _underWay < _window;

    public int Batches { get; private set; }

    /// <summary>A new connection: nothing is under way, and it may be another link.</summary>
    public void StartOver() => (_window, _quickest, _underWay, Batches, _shrunkAt) = (2 * Least, TimeSpan.MaxValue, 0, 0, 0);

    public void Sent(int bytes)
    {
        _underWay += bytes + Overhead;
        Batches++;
    }

    /// <summary>An answer to a new reading's batch: it tells how quick the link can be.</summary>
    public void AnsweredLive(long sentAt) => _quickest = Min(_quickest, clock.GetElapsedTime(sentAt));

    public void Answered(int bytes, long sentAt)
    {
        var took = clock.GetElapsedTime(sentAt);
        var wasFull = _underWay >= _window / 2;
        _quickest = Min(_quickest, took);
        _underWay -= bytes + Overhead;
        Batches--;

        var late = took - _quickest;
        if (late > Longest) ShrinkOnce(sentAt);
        else if (wasFull) _window = Math.Min(Most, _window + ((bytes + Overhead) * (1 - (late / Longest))));
    }

    /// <summary>Answers to what was sent before the last step say nothing about it.</summary>
    private void ShrinkOnce(long sentAt)
    {
        if (sentAt < _shrunkAt) return;

        _window = Math.Max(Least, _window * Shrink);
        _shrunkAt = clock.GetTimestamp();
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
