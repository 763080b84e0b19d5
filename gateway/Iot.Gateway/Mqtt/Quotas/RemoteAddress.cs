using System.Net;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>Whom a connection is counted for, if for anybody.</summary>
internal static class RemoteAddress
{
    /// <summary>Null for an address that is trusted, and for what is no IP address (a Unix socket).</summary>
    public static IPAddress? CountedFor(EndPoint? remote, IReadOnlyList<IPNetwork> trusted)
    {
        if (remote is not IPEndPoint { Address: var address }) return null;

        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in trusted)
            if (network.Contains(address)) return null;

        return AddressSite.Of(address);
    }
}
