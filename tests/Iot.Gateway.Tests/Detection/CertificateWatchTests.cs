using System.Net;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Connections;

namespace Iot.Gateway.Tests.Detection;

public sealed class CertificateWatchTests
{
    private const string Certificate = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly IPEndPoint Here = IPEndPoint.Parse("192.0.2.7:5000");
    private static readonly IPEndPoint There = IPEndPoint.Parse("198.51.100.9:6000");

    private readonly Findings _findings = new();
    private readonly CertificateWatch _watch;

    public CertificateWatchTests() => _watch = new(_findings.Raise, _findings.Options, _findings.Clock);

    [Fact]
    public void Connected_from_two_networks_for_too_long_is_told_of()
    {
        Connect(Here);
        Connect(There);
        Look(minutes: 4);
        Assert.Empty(_findings.All);
        Look(minutes: 2);

        var found = _findings.All[0];
        Assert.Equal(
            (SecurityEventKind.CertificateShared, "pump-7", "certificate 0123456789abcdef at 192.0.2.7 and 198.51.100.9: connected from both for more than 5 min"),
            (found.Kind, found.Subject, found.Seen));
    }

    [Fact]
    public void Back_and_forth_between_two_networks_is_told_of_though_never_both_are_connected()
    {
        for (var i = 0; i < 4; i++)
        {
            Visit(Here);
            Visit(There);
        }

        Assert.Contains("back to a network it had just left", _findings.All[0].Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_moves_and_leaves_a_broken_connection_behind_is_not()
    {
        Connect(Here);
        Connect(There);
        Look(minutes: 1);
        _watch.Disconnected(Certificate, Here); // its keep-alive is over
        Look(minutes: 60);

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void A_van_that_leaves_in_the_morning_and_is_back_at_night_is_not()
    {
        for (var day = 0; day < 30; day++)
        {
            Visit(Here);
            _findings.Clock.Advance(TimeSpan.FromHours(8));
            Visit(There);
            _findings.Clock.Advance(TimeSpan.FromHours(8));
        }

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void Many_connections_from_one_network_are_not_nor_are_many_certificates_of_one()
    {
        for (var i = 0; i < 10; i++)
        {
            Connect(new(Here.Address, 5000 + i));
            _watch.Connected($"{i:x64}", $"pump-{i}", Here);
        }

        Look(minutes: 60);

        Assert.Empty(_findings.All);
    }

    [Fact]
    public void Addresses_of_one_site_of_IPv6_are_one_network()
    {
        Connect(IPEndPoint.Parse("[2001:db8:0:7::1]:1"));
        Connect(IPEndPoint.Parse("[2001:db8:0:7::2]:1"));
        Look(minutes: 60);

        Assert.Empty(_findings.All);
    }

    private void Connect(IPEndPoint from) => _watch.Connected(Certificate, "pump-7", from);

    private void Visit(IPEndPoint from)
    {
        Connect(from);
        _findings.Clock.Advance(TimeSpan.FromSeconds(10));
        _watch.Disconnected(Certificate, from);
        _watch.Look();
    }

    private void Look(int minutes)
    {
        for (var i = 0; i < minutes * 12; i++)
        {
            _findings.Clock.Advance(TimeSpan.FromSeconds(5));
            _watch.Look();
        }
    }
}
