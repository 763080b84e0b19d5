using Iot.Gateway.Detection;

namespace Iot.Gateway.Tests.Detection;

public sealed class ClockHabitTests
{
    private readonly SimulatedGateway _gateway = new();

    [Theory]
    [InlineData(-3600, "its clock moved 60 min back; readings now arrive 60 min late")]
    [InlineData(120, "its clock moved 2 min forward; readings now arrive 2 min before they are measured")]
    public void A_clock_that_is_suddenly_elsewhere_and_stays_there_is_told_of(int seconds, string seen)
    {
        var device = _gateway.Device();
        _gateway.Run(device, 600);
        device.ClockNs = seconds * SimulatedDevice.SecondNs;
        _gateway.Run(device, 290);
        Assert.Empty(_gateway.Findings.All);
        _gateway.Run(device, 3600);

        var found = _gateway.Findings.Only(SecurityEventKind.ClockJump);
        Assert.Equal(("pump-7", seen, "they arrive at once"), (found.Subject, found.Seen, found.Normal));
    }

    [Fact]
    public void A_clock_that_is_put_right_is_told_of_as_well()
    {
        var device = _gateway.Device();
        device.ClockNs = -7200 * SimulatedDevice.SecondNs;
        _gateway.Run(device, 600);
        device.ClockNs = 0;
        _gateway.Run(device, 600);

        Assert.Equal("its clock moved 2 h forward; readings now arrive at once", _gateway.Findings.Only(SecurityEventKind.ClockJump).Seen);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5)]
    [InlineData(2)]
    public void A_backlog_that_is_drained_is_not_however_slowly(int batchesASecond)
    {
        var device = _gateway.Device();
        _gateway.Run(device, 600);
        for (var i = 0; i < 1800; i++)
        {
            device.Measure(_gateway.NowNs);
            _gateway.Wait(1);
        }

        while (device.Waiting > 0)
        {
            device.Measure(_gateway.NowNs);
            for (var i = 0; i < batchesASecond && device.Waiting > 0; i++) device.Send(_gateway.NowNs);
            _gateway.Wait(1);
        }

        _gateway.Run(device, 1200);

        Assert.Empty(_gateway.Findings.All);
    }

    /// <summary>The gateway has started anew, or has forgotten it: the first that it sees of the device is a backlog.</summary>
    [Fact]
    public void A_device_that_is_first_seen_while_it_drains_a_backlog_is_not()
    {
        var device = _gateway.Device();
        for (var i = 0; i < 3600; i++)
        {
            device.Measure(_gateway.NowNs);
            _gateway.Wait(1);
        }

        for (var i = 0; i < 1200; i++)
        {
            device.Measure(_gateway.NowNs);
            for (var j = 0; j < 10 && device.Waiting > 0; j++) device.Send(_gateway.NowNs);
            _gateway.Wait(1);
        }

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void A_clock_that_drifts_or_starts_in_1970_until_it_is_set_is_not()
    {
        var device = _gateway.Device();
        device.ClockNs = -_gateway.NowNs;
        _gateway.Run(device, 60);
        device.ClockNs = 0;
        _gateway.Run(device, 600);
        for (var i = 0; i < 100; i++)
        {
            device.ClockNs += SimulatedDevice.SecondNs;
            _gateway.Run(device, 60);
        }

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void A_clock_off_for_a_moment_is_not()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 600);
        device.ClockNs = -3600 * SimulatedDevice.SecondNs;
        _gateway.Run(device, 120);
        device.ClockNs = 0;
        _gateway.Run(device, 600);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void Switched_off_it_says_nothing()
    {
        var gateway = new SimulatedGateway(new() { ClockJump = false });
        var device = gateway.Device();
        gateway.Run(device, 600);
        device.ClockNs = -3600 * SimulatedDevice.SecondNs;
        gateway.Run(device, 600);

        Assert.Empty(gateway.Findings.All);
    }
}
