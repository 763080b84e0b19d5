using System.Net;
using System.Net.Sockets;

namespace Iot.Gateway.Devices;

/// <summary>Whom an address is counted for: itself, or the /64 network of an IPv6 address, which one household or site has to itself.</summary>
internal static class AddressSite
{
    private const int BytesOfSite = 8;

    /// <summary>Null for one that is trusted.</summary>
    public static IPAddress? CountedFor(IPAddress address, IReadOnlyList<IPNetwork> trusted)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in trusted)
            if (network.Contains(address)) return null;

        return Of(address);
    }

    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(BytesOfSite).Clear();
        return new(bytes);
    }
}
