using Iot.EdgeAgent.Observability;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Observability;

public sealed class LineBudgetTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LineLogger _log = new();

    [Fact]
    public void Ten_lines_of_a_kind_are_said_in_a_minute_and_what_was_left_out_is_counted_at_its_end()
    {
        using var budget = new LineBudget(_clock);

        Assert.Equal(10, Say(budget, "link", 1, 1000));
        Assert.Equal(3, Say(budget, "link", 2, 3));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.StartsWith("990 more lines of event 1 ", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Equal(10, Say(budget, "link", 1, 12));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.StartsWith("2 more lines of event 1 ", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Over_a_day_nothing_is_lost_from_the_sum_also_when_it_ends_in_the_middle_of_a_minute()
    {
        var said = 0L;
        using (var budget = new LineBudget(_clock))
        {
            for (var second = 0; second < 86_400; second++)
            {
                said += Say(budget, "flapping", 7, 3);
                _clock.Advance(TimeSpan.FromSeconds(1));
            }

            said += Say(budget, "flapping", 7, 100);
        }

        Assert.InRange(said, 1440 * 10, 1441 * 10);
        Assert.Equal((3 * 86_400) + 100, said + _log.Lines.Sum(line => long.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void However_many_kinds_there_are_the_lines_of_a_minute_are_bounded()
    {
        using var budget = new LineBudget(_clock);

        var said = Enumerable.Range(0, 10_000).Sum(kind => Say(budget, "foreign", kind, 2));

        Assert.InRange(said, 2 * LineBudget.MaxKinds, (2 * LineBudget.MaxKinds) + LineBudget.Lines);
    }

    [Fact]
    public void What_is_critical_is_always_said()
    {
        using var budget = new LineBudget(_clock);

        Assert.Equal(50, Enumerable.Range(0, 50).Count(_ => budget.Takes(("agent", 1), _log, LogLevel.Critical)));
    }

    private int Say(LineBudget budget, string category, int id, int times) => Enumerable.Range(0, times).Count(_ => budget.Takes((category, id), _log, LogLevel.Warning));
}
