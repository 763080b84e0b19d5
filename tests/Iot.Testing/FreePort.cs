using System.Net;
using System.Net.Sockets;

namespace Iot.Testing;

/// <summary>TCP ports on 127.0.0.1 that nothing listened on a moment ago. Thread-safe.</summary>
/// <remarks>Below those that the kernel gives to outgoing connections, which would take one away before its server starts; and each only once.</remarks>
public static class FreePort
{
    private const int First = 10_000;
    private const int AfterLast = 32_000;

    private static int Latest = Random.Shared.Next(First, AfterLast);

    public static int Next()
    {
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref Latest) - First) % (AfterLast - First));
            if (IsFree(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false; // another program has it
        }
    }
}
