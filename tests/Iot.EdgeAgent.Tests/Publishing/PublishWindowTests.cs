using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Tests.Publishing;

public class PublishWindowTests
{
    private readonly PublishWindow _window = new(4);

    [Fact]
    public void The_prefix_moves_only_over_what_is_acknowledged_without_a_gap()
    {
        var sent = Send(5, 6, 9); // 7 and 8 were damaged and are not there

        Assert.Null(_window.Acknowledge(sent[1]));
        Assert.Equal(7ul, _window.Acknowledge(sent[0]));
        Assert.Equal(10ul, _window.Acknowledge(sent[2]));
        Assert.True(_window.IsEmpty);
    }

    [Fact]
    public void After_a_lost_connection_only_what_was_not_acknowledged_is_sent_again_in_order()
    {
        var sent = Send(1, 2, 3);
        _window.Acknowledge(sent[1]);
        _window.SendAgain();

        Assert.Equal(1ul, _window.NextToSend(16)!.Offset);
        Assert.Equal(3ul, _window.NextToSend(16)!.Offset);
        Assert.Null(_window.NextToSend(16));
    }

    [Fact]
    public void No_more_are_sent_than_the_limit_allows_and_no_more_held_than_fit()
    {
        for (var i = 0ul; i < 4; i++) _window.Add(i, []);
        Assert.True(_window.IsFull);

        var first = _window.NextToSend(limit: 2)!;
        Assert.NotNull(_window.NextToSend(limit: 2));
        Assert.Null(_window.NextToSend(limit: 2));
        _window.Acknowledge(first);
        Assert.Equal(2ul, _window.NextToSend(limit: 2)!.Offset);
        Assert.False(_window.IsFull);
    }

    [Fact]
    public void A_refused_batch_goes_again_before_younger_ones_and_those_on_their_way_are_left_alone()
    {
        var sent = Send(1, 2, 3);
        _window.Add(4, []);
        _window.Refuse(sent[1]);

        Assert.Equal(2ul, _window.NextToSend(16)!.Offset);
        Assert.Equal(4ul, _window.NextToSend(16)!.Offset);
        Assert.Null(_window.NextToSend(16));
    }

    [Fact]
    public void An_answer_that_comes_twice_changes_nothing()
    {
        var sent = Send(1, 2);
        _window.Acknowledge(sent[0]);
        Assert.Null(_window.Acknowledge(sent[0]));
        Assert.Equal(3ul, _window.Acknowledge(sent[1]));
    }

    private List<PendingBatch> Send(params ulong[] offsets)
    {
        foreach (var offset in offsets) _window.Add(offset, []);
        return [.. offsets.Select(_ => _window.NextToSend(16)!)];
    }
}
