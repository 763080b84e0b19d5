using System.Net;
using System.Net.Sockets;
using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether something listens where the gateway should, and how far away it is.</summary>
internal static class TcpCheck
{
    private const string Check = "tcp";

    /// <returns>With the first that could be reached; null when there was none.</returns>
    public static async Task<(Finding Finding, IPEndPoint? EndPoint)> RunAsync(GatewayAddress gateway, IReadOnlyList<IPAddress> addresses, Limit limit)
    {
        Finding? failed = null;
        foreach (var address in addresses)
        {
            var endPoint = new IPEndPoint(address, gateway.Port);
            var began = limit.Clock.GetTimestamp();
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(endPoint, limit.Next());
                return (Finding.Ok(Check, $"{endPoint} answers in {Amounts.Duration(limit.Clock.GetElapsedTime(began))}"), endPoint);
            }
            catch (SocketException e)
            {
                failed ??= Finding.Fail(Check, $"{endPoint}: {e.Message}", WhatToDo(e.SocketErrorCode, gateway));
            }
            catch (OperationCanceledException)
            {
                failed ??= Finding.Fail(Check, $"{endPoint} did not answer within {Amounts.Duration(limit.Longest)}", WhatToDo(SocketError.TimedOut, gateway));
            }
        }

        return (failed!, null);
    }

    private static string WhatToDo(SocketError error, GatewayAddress gateway) => error switch
    {
        SocketError.ConnectionRefused => $"The machine is there, and nothing listens on port {gateway.Port}: does the gateway run, and is the port right (8883 with TLS, 1883 without)?",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "There is no way there: check cable, Wi-Fi or modem; ip route shows the way out.",
        _ => $"A firewall may drop port {gateway.Port}, or the address is wrong: ask who runs the network to let it through.",
    };
}
