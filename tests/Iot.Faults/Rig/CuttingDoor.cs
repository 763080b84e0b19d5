using System.Net;
using System.Net.Sockets;

namespace Iot.Faults.Rig;

/// <summary>Stands before an HTTP server and resets each connection: in the middle of a request, or of the answer to one that arrived whole.</summary>
internal sealed class CuttingDoor : IAsyncDisposable
{
    /// <summary>Bytes that pass in the direction that is cut.</summary>
    private const int RequestBytes = 700, ResponseBytes = 12;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly bool _inResponse;
    private readonly Task _accepting;
    private int _cuts;
    private volatile bool _passes;

    public CuttingDoor(Uri server, bool inResponse)
    {
        (_server, _inResponse) = (server, inResponse);
        _listener.Start();
        Url = new($"http://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    public int Cuts => Volatile.Read(ref _cuts);

    public void LetPass() => _passes = true;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = JoinAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped: the test is over.
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        await server.ConnectAsync(IPAddress.Loopback, _server.Port);
        var up = CopyAsync(client.GetStream(), server.GetStream(), _inResponse ? int.MaxValue : RequestBytes);
        var down = CopyAsync(server.GetStream(), client.GetStream(), _inResponse ? ResponseBytes : int.MaxValue);
        var cut = await await Task.WhenAny(up, down);
        if (cut)
        {
            Interlocked.Increment(ref _cuts);
            client.LingerState = new(enable: true, seconds: 0);
        }

        client.Close();
    }

    /// <returns>True when it stopped at <paramref name="limit"/>, false when one side hung up.</returns>
    private async Task<bool> CopyAsync(NetworkStream from, NetworkStream to, int limit)
    {
        var buffer = new byte[4096];
        try
        {
            for (var passed = 0; _passes || passed < limit;)
            {
                var room = _passes ? buffer.Length : Math.Min(buffer.Length, limit - passed);
                var read = await from.ReadAsync(buffer.AsMemory(0, room));
                if (read == 0) return false;

                await to.WriteAsync(buffer.AsMemory(0, read));
                passed += read;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false; // the other direction ended it
        }
    }
}
