using Iot.Gateway.Mqtt.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt.Quotas;

public sealed class QuotaTableTests
{
    private readonly QuotaTable<int> _table = new(QuotaLimits.OfAddress(new() { ConnectionsPerAddress = 2 }), new FakeTimeProvider());

    [Fact]
    public void So_many_may_enter_and_one_more_once_one_has_left()
    {
        var quotas = Enumerable.Range(0, 3).Select(_ => _table.Hold(7)).ToList();

        Assert.Equal([true, true, false], quotas.Select(_table.TryEnter));
        Assert.True(_table.TryEnter(_table.Hold(8)));

        _table.Release(quotas[0], entered: true);
        Assert.True(_table.TryEnter(quotas[2]));
    }

    [Fact]
    public void Who_comes_back_finds_the_quota_that_was_left()
    {
        var first = _table.Hold(7);
        _table.Release(first, entered: false);

        Assert.Same(first, _table.Hold(7));
    }

    [Fact]
    public void However_many_come_no_more_are_kept_than_the_bound_and_those_with_a_connection_always()
    {
        var held = _table.Hold(-1);
        for (var key = 0; key < 3 * QuotaTable<int>.MaxKept; key++) _table.Release(_table.Hold(key), entered: false);

        Assert.InRange(_table.Count, 1, QuotaTable<int>.MaxKept);
        Assert.Same(held, _table.Hold(-1));
    }
}
