using System.Net;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>Whom a connection is counted for, if for anybody.</summary>
internal static class RemoteAddress
{
    /// <summary>Null for an address that is trusted, and for what is no IP address (a Unix socket).</summary>
    public static IPAddress? CountedFor(EndPoint? remote, IReadOnlyList<IPNetwork> trusted) =>
        remote is IPEndPoint { Address: var address } ? AddressSite.CountedFor(address, trusted) : null;
}
