using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Iot.LoadTest.Agent;

/// <summary>Stands between the agent and the gateway and counts the bytes that pass.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<long> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private long _up;

    public CountingProxy(int gatewayPort)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(gatewayPort);
    }

    public int Port { get; }

    /// <summary>Bytes from the agent to the gateway, without those of TCP and IP.</summary>
    public long UpBytes => Interlocked.Read(ref _up);

    /// <summary>Timestamp at which the gateway's first answer, the CONNACK, passed.</summary>
    public Task<long> Answered => _answered.Task;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync(int gatewayPort)
    {
        try
        {
            while (true) _ = JoinAsync(await _listener.AcceptTcpClientAsync(), gatewayPort);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped: the run is over.
        }
    }

    private async Task JoinAsync(TcpClient agent, int gatewayPort)
    {
        using var gateway = new TcpClient { NoDelay = true };
        using var client = agent;
        agent.NoDelay = true;
        await gateway.ConnectAsync(IPAddress.Loopback, gatewayPort);
        await Task.WhenAny(
            CopyAsync(agent.GetStream(), gateway.GetStream(), bytes => Interlocked.Add(ref _up, bytes)),
            CopyAsync(gateway.GetStream(), agent.GetStream(), _ => _answered.TrySetResult(Stopwatch.GetTimestamp())));
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> passed)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var length)
            {
                passed(length);
                await to.WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side hung up; the other is closed by the caller.
        }
    }
}
