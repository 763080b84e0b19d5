using Iot.Gateway.Mqtt.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt.Quotas;

public sealed class AllowanceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_burst_is_free_and_what_goes_beyond_is_paid_by_waiting()
    {
        var allowance = Ten();

        allowance.Take(20, Now);
        Assert.InRange(allowance.DebtAt(Now), long.MinValue, 0);

        allowance.Take(5, Now);
        Assert.Equal(TimeSpan.FromSeconds(0.5), _clock.GetElapsedTime(0, allowance.DebtAt(Now)));

        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.InRange(allowance.DebtAt(Now), long.MinValue, 0);
    }

    [Fact]
    public void Silence_is_saved_up_for_one_burst_and_no_more()
    {
        var allowance = Ten();
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => allowance.TryTake(Now)));
    }

    [Fact]
    public void What_is_refused_costs_nothing_and_comes_back_with_time()
    {
        var allowance = Ten();
        while (allowance.TryTake(Now))
        {
        }

        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.True(allowance.TryTake(Now));
        Assert.False(allowance.TryTake(Now));
    }

    [Fact]
    public void A_debt_is_at_most_a_minute_long()
    {
        var allowance = Ten();

        allowance.Take(int.MaxValue, Now);

        Assert.Equal(TimeSpan.FromMinutes(1), _clock.GetElapsedTime(0, allowance.DebtAt(Now)));
    }

    [Fact]
    public void Nothing_is_lost_when_many_take_at_once()
    {
        var allowance = new Allowance(1_000_000, TimeSpan.FromSeconds(1), _clock);
        var now = Now;

        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 500_000; i++) allowance.Take(1, now);
        });

        Assert.Equal(TimeSpan.FromSeconds(1), _clock.GetElapsedTime(0, allowance.DebtAt(now)));
    }

    private long Now => _clock.GetTimestamp();

    /// <summary>Ten a second, twenty at once.</summary>
    private Allowance Ten() => new(10, TimeSpan.FromSeconds(2), _clock);
}
