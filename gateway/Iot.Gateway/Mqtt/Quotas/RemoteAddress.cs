using System.Net;
using System.Net.Sockets;

namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>Whom a connection is counted for: its IPv4 address, or the /64 network of its IPv6 address, which one household or site has to itself.</summary>
internal static class RemoteAddress
{
    private const int BytesOfSite = 8;

    /// <summary>Null for an address that is trusted, and for what is no IP address (a Unix socket).</summary>
    public static IPAddress? CountedFor(EndPoint? remote, IReadOnlyList<IPNetwork> trusted)
    {
        if (remote is not IPEndPoint { Address: var address }) return null;

        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in trusted)
            if (network.Contains(address)) return null;

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? SiteOf(address) : address;
    }

    private static IPAddress SiteOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(BytesOfSite).Clear();
        return new(bytes);
    }
}
