using Iot.Gateway.Detection;

namespace Iot.Gateway.Tests.Detection;

public sealed class RateHabitTests
{
    private readonly SimulatedGateway _gateway = new();

    [Fact]
    public void Far_more_messages_than_ever_are_told_of_at_the_moment_when_they_are_too_many()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 15 * 60);
        Flood(device, 650);

        var found = _gateway.Findings.Only(SecurityEventKind.UnusualRate);
        Assert.Equal(("pump-7", "about 60 a minute"), (found.Subject, found.Normal));
        Assert.Matches("^60[0-9] messages in less than a minute$", found.Seen);
        Flood(device, 650);
        Assert.Equal(2, _gateway.Findings.All.Count); // twice as many again
    }

    [Theory]
    [InlineData(20_000, 200, "readings")]
    [InlineData(5, 4_000_000, "bytes")]
    public void Large_messages_are_unusual_too(int readings, int bytes, string what)
    {
        var device = _gateway.Device();
        _gateway.Run(device, 15 * 60);
        (device.Readings, device.Bytes) = (readings, bytes);
        Flood(device, 1);

        Assert.Contains(what, _gateway.Findings.Only(SecurityEventKind.UnusualRate).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_before_the_habit_is_known()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 9 * 60);
        Flood(device, 100_000);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void A_device_that_hardly_speaks_may_speak_a_little_more()
    {
        var device = _gateway.Device();
        for (var i = 0; i < 30; i++)
        {
            _gateway.Run(device, 1);
            _gateway.Wait(600);
        }

        Flood(device, 110);

        Assert.Empty(_gateway.Findings.All);
    }

    [Fact]
    public void A_new_habit_is_told_of_while_it_is_new()
    {
        var device = _gateway.Device();
        _gateway.Run(device, 15 * 60);
        for (var i = 0; i < 60; i++)
        {
            Flood(device, 1500);
            _gateway.Wait(60);
        }

        var told = _gateway.Findings.All.Count;
        Assert.InRange(told, 1, 10);
        for (var i = 0; i < 60; i++)
        {
            Flood(device, 1500);
            _gateway.Wait(60);
        }

        Assert.Equal(told, _gateway.Findings.All.Count);
    }

    [Fact]
    public void Switched_off_it_says_nothing()
    {
        var gateway = new SimulatedGateway(new() { UnusualRate = false });
        var device = gateway.Device();
        gateway.Run(device, 15 * 60);
        for (var i = 0; i < 100_000; i++) device.Measure(gateway.NowNs);
        device.SendAll(gateway.NowNs);

        Assert.Empty(gateway.Findings.All);
    }

    private void Flood(SimulatedDevice device, int messages)
    {
        for (var i = 0; i < messages; i++) device.Measure(_gateway.NowNs);
        device.SendAll(_gateway.NowNs);
    }
}
