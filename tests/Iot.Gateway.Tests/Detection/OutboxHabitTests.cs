using Iot.Gateway.Detection;

namespace Iot.Gateway.Tests.Detection;

public sealed class OutboxHabitTests
{
    private readonly SimulatedGateway _gateway = new();

    [Fact]
    public void An_outbox_that_was_set_back_writes_new_readings_under_old_numbers()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 100);
        device.Seq = 40; // an image of it was restored
        _gateway.Wait(60);
        _gateway.Run(device, 5);

        var found = _gateway.Findings.Only(SecurityEventKind.SequenceRegression);
        Assert.Equal(("pump-7", "new readings in batch 41 of 000000000000feed, which had come to 100"), (found.Subject, found.Seen));
        _gateway.Run(device, 6);
        Assert.Equal(10, _gateway.Findings.All[^1].Count); // told of once in ten seconds
    }

    [Fact]
    public void A_copy_of_it_in_a_second_device_is_told_of()
    {
        var device = _gateway.Device();
        var copy = _gateway.Device();
        _gateway.Run(device, 100);
        copy.Seq = 90;
        _gateway.Wait(20);
        _gateway.Run(copy, 3);

        _gateway.Findings.Only(SecurityEventKind.SequenceRegression);
    }

    [Fact]
    public void A_life_that_ended_and_is_back_is_told_of()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 100);
        device.Epoch = 0xbeef;
        _gateway.Run(device, 10);
        _gateway.Wait(700);
        device.Epoch = 0xfeed;
        _gateway.Run(device, 1);

        Assert.Equal("outbox life 000000000000feed goes on with batch 111 after another life had begun", _gateway.Findings.Only(SecurityEventKind.SequenceRegression).Seen);
    }

    [Fact]
    public void Outboxes_of_several_streams_that_go_on_beside_one_another_are_not()
    {
        var streams = Enumerable.Range(1, 8).Select(stream =>
        {
            var device = _gateway.Device();
            device.Epoch = (ulong)stream;
            return device;
        }).ToList();
        for (var round = 0; round < 400; round++)
            foreach (var stream in streams) _gateway.Run(stream, 1);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void The_backlog_of_a_life_that_ended_is_not()
    {
        var (old, device) = (_gateway.Device(), _gateway.Device());
        for (var i = 0; i < 50; i++)
        {
            old.Measure(_gateway.NowNs);
            _gateway.Wait(60);
        }

        device.Epoch = 0xbeef;
        old.Send(_gateway.NowNs);
        for (var i = 0; i < 40; i++)
        {
            _gateway.Run(device, 30); // new readings first
            old.Send(_gateway.NowNs);
        }

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void Batches_that_are_sent_again_after_a_broken_link_are_not()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 100);
        for (var i = 0; i < 16; i++)
        {
            device.Measure(_gateway.NowNs);
            _gateway.Wait(1);
        }

        device.Send(_gateway.NowNs, isAcknowledged: false);
        device.Send(_gateway.NowNs, isAcknowledged: false);
        _gateway.Wait(3600);
        device.SendAll(_gateway.NowNs);
        _gateway.Run(device, 10);

        Assert.Empty(_gateway.Findings.All);
    }

    /// <summary>Its first batches were refused while the journal was full, later ones were taken.</summary>
    [Fact]
    public void A_gap_that_is_filled_later_is_not()
    {
        var (first, second) = (_gateway.Device(), _gateway.Device());
        first.Measure(_gateway.NowNs);
        _gateway.Wait(60);
        second.Seq = 1;
        _gateway.Run(second, 10);
        first.SendAll(_gateway.NowNs);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void A_device_that_is_flashed_again_and_again_is_not()
    {
        var device = _gateway.Device();
        for (var life = 1UL; life < 20; life++)
        {
            (device.Epoch, device.Seq) = (life, 0);
            _gateway.Run(device, 30);
        }

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void The_last_batch_of_a_life_that_comes_again_after_the_next_has_begun_is_not()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 10);
        var old = _gateway.Device();
        old.Seq = 9;
        old.Measure(_gateway.NowNs - (5 * SimulatedDevice.SecondNs));
        (device.Epoch, device.Seq) = (0xbeef, 0);
        _gateway.Run(device, 1);
        old.SendAll(_gateway.NowNs);
        _gateway.Run(device, 10);

        Assert.Empty(_gateway.Findings.All);
    }

    /// <summary>Its times are relative to the receipt, so what it sends again looks measured now.</summary>
    [Fact]
    public void A_device_without_a_clock_that_sends_again_is_not()
    {
        var device = _gateway.Device();
        device.Readings = 1;
        device.ClockNs = 12_345_678;
        _gateway.Run(device, 100);
        device.Seq = 98;
        _gateway.Wait(600);
        _gateway.Run(device, 2);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void Without_identity_nothing_can_be_told()
    {
        var device = _gateway.Device();
        for (var i = 0; i < 100; i++)
        {
            device.Seq = 1;
            device.Measure(_gateway.NowNs);
            device.Send(_gateway.NowNs, hasIdentity: false);
            _gateway.Wait(60);
        }

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void Switched_off_it_says_nothing()
    {
        var gateway = new SimulatedGateway(new() { SequenceRegression = false });
        var device = gateway.Device();
        gateway.Run(device, 100);
        device.Seq = 1;
        gateway.Run(device, 100);

        Assert.Empty(gateway.Findings.All);
    }
}
