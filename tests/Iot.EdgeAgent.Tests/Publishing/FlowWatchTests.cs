using Iot.EdgeAgent.Publishing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Publishing;

public sealed class FlowWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly FakeTimeProvider _clock = new();
    private readonly FlowWatch _flow;

    public FlowWatchTests() => _flow = new(_clock, Patience);

    [Fact]
    public void Something_to_do_and_no_answer_is_a_stall()
    {
        Pass(Patience);
        Assert.False(_flow.IsStalled(isSomethingToDo: true));
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(_flow.IsStalled(isSomethingToDo: true));
        Assert.False(_flow.IsAgain);
    }

    [Fact]
    public void Twice_without_an_answer_in_between_is_more_than_another_connection_cures()
    {
        Stall();
        _flow.Begin();
        Stall();
        Assert.True(_flow.IsAgain);
    }

    [Fact]
    public void An_answer_in_between_makes_it_the_first_again()
    {
        Stall();
        _flow.Answered();
        Stall();
        Assert.False(_flow.IsAgain);
    }

    [Fact]
    public void Nothing_to_do_for_days_is_none_and_neither_is_the_moment_after()
    {
        for (var hour = 0; hour < 72; hour++)
        {
            Pass(TimeSpan.FromHours(1));
            Assert.False(_flow.IsStalled(isSomethingToDo: false));
        }

        Assert.False(_flow.IsStalled(isSomethingToDo: true));
    }

    [Fact]
    public void A_gateway_that_refuses_now_and_then_answers()
    {
        for (var round = 0; round < 100; round++)
        {
            Pass(Patience);
            _flow.Answered();
            Assert.False(_flow.IsStalled(isSomethingToDo: true));
        }
    }

    private void Stall()
    {
        Pass(Patience + TimeSpan.FromSeconds(1));
        Assert.True(_flow.IsStalled(isSomethingToDo: true));
    }

    private void Pass(TimeSpan time) => _clock.Advance(time);
}
