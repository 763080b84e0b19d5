namespace Iot.Gateway.Dashboard.Live;

/// <summary>How much the live feed may work: 10 ms of each quarter second, however many look and whatever comes.</summary>
/// <remarks>By the clock, not by CPU time: on a busy machine the feed gets less, and ingest the rest.</remarks>
internal sealed class LiveBudget(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Share = TimeSpan.FromMilliseconds(10);

    private long _window = clock.GetTimestamp();
    private long _since;
    private TimeSpan _worked;

    public bool IsSpent => _worked >= Share;

    /// <summary>From here on it works.</summary>
    public void Begin() => _since = clock.GetTimestamp();

    /// <summary>Up to here it worked.</summary>
    public void End()
    {
        var now = clock.GetTimestamp();
        _worked += clock.GetElapsedTime(_since, now);
        if (!IsSpent && clock.GetElapsedTime(_window, now) >= Window) Renew(now);
    }

    /// <summary>Waits for the next window.</summary>
    public async Task RestAsync(CancellationToken cancellation)
    {
        var left = Window - clock.GetElapsedTime(_window);
        if (left > TimeSpan.Zero) await Task.Delay(left, clock, cancellation);
        Renew(clock.GetTimestamp());
    }

    private void Renew(long now) => (_window, _worked) = (now, TimeSpan.Zero);
}
