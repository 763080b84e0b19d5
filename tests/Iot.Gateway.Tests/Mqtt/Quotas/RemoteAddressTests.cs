using System.Net;
using System.Net.Sockets;
using Iot.Gateway.Mqtt.Quotas;

namespace Iot.Gateway.Tests.Mqtt.Quotas;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.8.9.10", null)]
    [InlineData("::1", null)]
    [InlineData("::ffff:127.0.0.1", null)]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::")]
    public void Loopback_is_trusted_and_an_IPv6_site_counts_as_one(string remote, string? counted) =>
        Assert.Equal(counted, RemoteAddress.CountedFor(new IPEndPoint(IPAddress.Parse(remote), 1), new LimitsOptions().TrustedNetworks)?.ToString());

    [Theory]
    [InlineData("10.0.0.0/8, 192.168.7.9", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8, 192.168.7.9", "192.168.7.9", true)]
    [InlineData("10.0.0.0/8, 192.168.7.9", "192.168.7.10", false)]
    [InlineData("10.0.0.0/8, 192.168.7.9", "127.0.0.1", false)]
    [InlineData("", "127.0.0.1", false)]
    public void Who_is_trusted_is_told_by_address_or_network(string trusted, string remote, bool isTrusted) =>
        Assert.Equal(isTrusted, RemoteAddress.CountedFor(new IPEndPoint(IPAddress.Parse(remote), 1), new LimitsOptions { TrustedAddresses = trusted }.TrustedNetworks) is null);

    [Fact]
    public void What_is_no_IP_address_is_counted_for_none() => Assert.Null(RemoteAddress.CountedFor(new UnixDomainSocketEndPoint("/run/x"), []));
}
