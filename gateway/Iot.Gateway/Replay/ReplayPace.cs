namespace Iot.Gateway.Replay;

/// <summary>Holds a replay to its rate: a write goes out when all before it would have been sent one reading at a time.</summary>
internal sealed class ReplayPace(int? rate, TimeProvider clock)
{
    private DateTimeOffset _due = clock.GetUtcNow();

    /// <summary>Readings after which a write is not filled further: a second's worth.</summary>
    public int MostAtOnce => rate ?? int.MaxValue;

    /// <summary>Until the next write may go; earlier when the replay is stopped.</summary>
    /// <exception cref="OperationCanceledException">Shutdown.</exception>
    public async Task WaitAsync(Task stopped, CancellationToken shutdown)
    {
        var wait = _due - clock.GetUtcNow();
        if (wait <= TimeSpan.Zero) return;

        await stopped.WaitAsync(wait, clock, shutdown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // stopped, or time is up
        shutdown.ThrowIfCancellationRequested();
    }

    public void Sent(long readings)
    {
        if (rate is not { } limit) return;

        var now = clock.GetUtcNow();
        _due = (_due > now ? _due : now) + TimeSpan.FromSeconds((double)readings / limit);
    }
}
