namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>So much a second, and a burst after a silence. What is taken beyond that is a debt, paid by waiting.</summary>
/// <remarks>
/// One number says it all: the time at which everything taken is paid for. It may lie ahead of now by the burst; what lies beyond is the debt.
/// No timer, no lock, no memory that grows. Thread-safe.
/// </remarks>
internal sealed class Allowance
{
    /// <summary>A debt is never longer than this: one large message at a small rate must not silence a device for hours.</summary>
    private static readonly TimeSpan LongestDebt = TimeSpan.FromMinutes(1);

    private readonly double _cost;
    private readonly long _burst;
    private readonly long _most;
    private long _paidAt = long.MinValue / 2;

    /// <param name="perSecond">At least 1.</param>
    /// <param name="burst">How long a silence is saved up for.</param>
    /// <param name="clock">Whose timestamps are given to the methods.</param>
    public Allowance(int perSecond, TimeSpan burst, TimeProvider clock)
    {
        _cost = (double)clock.TimestampFrequency / perSecond;
        _burst = (long)(burst.TotalSeconds * clock.TimestampFrequency);
        _most = _burst + (long)(LongestDebt.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Takes it, into debt where it must.</summary>
    public void Take(int amount, long now)
    {
        var before = Volatile.Read(ref _paidAt);
        while (true)
        {
            var after = Math.Min(Math.Max(before, now) + (long)(amount * _cost), now + _most);
            var found = Interlocked.CompareExchange(ref _paidAt, after, before);
            if (found == before) return;

            before = found;
        }
    }

    /// <summary>Takes one when there is one; else takes nothing.</summary>
    public bool TryTake(long now)
    {
        var before = Volatile.Read(ref _paidAt);
        while (true)
        {
            var after = Math.Max(before, now) + (long)_cost;
            if (after - now > Math.Max(_burst, (long)_cost)) return false;

            var found = Interlocked.CompareExchange(ref _paidAt, after, before);
            if (found == before) return true;

            before = found;
        }
    }

    /// <summary>In timestamps; 0 or less for none.</summary>
    public long DebtAt(long now) => Volatile.Read(ref _paidAt) - _burst - now;
}
