using System.Net;
using System.Net.Sockets;

namespace Iot.EdgeAgent.Doctor;

/// <summary>From the gateway's name to its addresses.</summary>
internal static class NameCheck
{
    private const string Check = "name";

    public static async Task<(Finding Finding, IReadOnlyList<IPAddress> Addresses)> RunAsync(string host, Limit limit)
    {
        if (IPAddress.TryParse(host, out var address)) return (Finding.Ok(Check, $"{host} is an address, nothing to look up"), [address]);

        var began = limit.Clock.GetTimestamp();
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, limit.Next());
            var took = Amounts.Duration(limit.Clock.GetElapsedTime(began));
            return (Finding.Ok(Check, $"{host} is {string.Join(", ", addresses.Select(one => one.ToString()))}, looked up in {took}"), addresses);
        }
        catch (SocketException e)
        {
            return (Finding.Fail(Check, $"{host} was not found: {e.Message}", WhatToDo(e.SocketErrorCode)), []);
        }
        catch (OperationCanceledException)
        {
            return (Finding.Fail(Check, $"{host} was not found within {Amounts.Duration(limit.Longest)}", WhatToDo(SocketError.TryAgain)), []);
        }
    }

    private static string WhatToDo(SocketError error) => error is SocketError.TryAgain
        ? "No name server answers: is there a network (ip addr, ip route), and is /etc/resolv.conf right? Or use the gateway's address instead of its name."
        : "Check the spelling of Gateway:Url, and whether the site's name server knows that name; or add it to /etc/hosts.";
}
