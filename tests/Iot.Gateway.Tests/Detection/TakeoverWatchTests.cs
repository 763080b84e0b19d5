using Iot.Gateway.Audit;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Connections;

namespace Iot.Gateway.Tests.Detection;

public sealed class TakeoverWatchTests
{
    private readonly Findings _findings = new();
    private readonly TakeoverWatch _watch;

    public TakeoverWatchTests() => _watch = new(_findings.Raise, _findings.Options, _findings.Clock);

    [Fact]
    public void Two_clients_of_one_machine_that_end_each_other_are_told_of()
    {
        for (var i = 0; i < 15; i++) TakeOver($"192.0.2.7:{5000 + i}", TimeSpan.FromSeconds(1));

        var found = _findings.Only(SecurityEventKind.TakeoverFlapping);
        Assert.Equal(("pump-7", "taken over 15 times in 5 min from 192.0.2.7"), (found.Subject, found.Seen));
    }

    [Fact]
    public void Two_clients_of_two_networks_are_told_of_as_soon_as_they_went_back_and_forth()
    {
        for (var i = 0; i < 4; i++) TakeOver(i % 2 == 0 ? "192.0.2.7:1" : "198.51.100.9:1", TimeSpan.FromSeconds(20));
        Assert.Empty(_findings.All);
        TakeOver("192.0.2.7:1", TimeSpan.Zero);

        Assert.Equal("taken over 5 times in 5 min between 192.0.2.7 and 198.51.100.9", _findings.Only(SecurityEventKind.TakeoverFlapping).Seen);
    }

    /// <summary>The new connection takes over what the old one has left behind.</summary>
    [Fact]
    public void A_device_whose_link_breaks_every_half_minute_is_not()
    {
        for (var i = 0; i < 500; i++) TakeOver($"192.0.2.7:{5000 + i}", TimeSpan.FromSeconds(30));

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void A_device_that_drives_from_network_to_network_is_not()
    {
        for (var i = 0; i < 14; i++) TakeOver($"198.51.100.{i}:1", TimeSpan.FromSeconds(10));

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void A_fleet_whose_devices_all_come_back_once_is_not()
    {
        for (var i = 0; i < 1000; i++) _watch.Heard(new(AuditAct.Takeover, $"pump-{i}", "192.0.2.7:1"));

        Assert.Empty(_findings.All);
    }

    private void TakeOver(string from, TimeSpan then)
    {
        _watch.Heard(new(AuditAct.Takeover, "pump-7", from));
        _findings.Clock.Advance(then);
    }
}
