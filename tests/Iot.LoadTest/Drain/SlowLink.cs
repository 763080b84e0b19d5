using System.Net;
using System.Net.Sockets;

namespace Iot.LoadTest.Drain;

/// <summary>A link of so many bytes a second each way, between an agent and a gateway, with the usual deep queue before it.</summary>
internal sealed class SlowLink : IAsyncDisposable
{
    private const int PacketBytes = 1400;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _gatewayPort;
    private readonly int _bytesPerSecond;
    private readonly Task _accepting;
    private long _up;

    public SlowLink(int gatewayPort, int bytesPerSecond)
    {
        (_gatewayPort, _bytesPerSecond) = (gatewayPort, bytesPerSecond);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Bytes to the gateway, without those of TCP and IP.</summary>
    public long UpBytes => Interlocked.Read(ref _up);

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
            // The listener was stopped: the run is over.
        }
    }

    private async Task JoinAsync(TcpClient agent)
    {
        using var gateway = new TcpClient { NoDelay = true };
        using var client = agent;
        agent.NoDelay = true;
        await gateway.ConnectAsync(IPAddress.Loopback, _gatewayPort);
        await Task.WhenAny(
            CarryAsync(agent.GetStream(), gateway.GetStream(), bytes => Interlocked.Add(ref _up, bytes)),
            CarryAsync(gateway.GetStream(), agent.GetStream(), static _ => { }));
    }

    /// <summary>A packet leaves once the one before it has passed; what is not read waits in the sender's queue.</summary>
    private async Task CarryAsync(NetworkStream from, NetworkStream to, Action<int> passed)
    {
        var buffer = new byte[PacketBytes];
        var free = TimeProvider.System.GetTimestamp();
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var length)
            {
                var now = TimeProvider.System.GetTimestamp();
                free = Math.Max(free, now) + (long)((double)length / _bytesPerSecond * TimeProvider.System.TimestampFrequency);
                var left = TimeProvider.System.GetElapsedTime(now, free);
                if (left > TimeSpan.FromMilliseconds(2)) await Task.Delay(left, TimeProvider.System);
                await to.WriteAsync(buffer.AsMemory(0, length));
                passed(length);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side hung up; the other is closed by the caller.
        }
    }
}
