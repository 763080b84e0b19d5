using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iot.LoadTest.Sinks;

/// <summary>Stands before a sink's server. Open, bytes pass both ways; shut, it refuses connections or answers every request with 503.</summary>
internal sealed class OutageDoor : IAsyncDisposable
{
    private const int Unavailable = 503;

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {Unavailable} Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _clients = [];
    private readonly IPEndPoint _server;
    private TcpListener _listener;
    private Task _accepting;
    private bool _answersUnavailable;

    public OutageDoor(Uri server)
    {
        _server = new(IPAddress.Loopback, server.Port);
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start();
        Url = new($"http://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync(_listener);
    }

    public Uri Url { get; }

    /// <summary>Bytes pass again.</summary>
    public void Open()
    {
        _answersUnavailable = false;
        Listen();
    }

    /// <summary>What is connected is cut off; whoever connects is told 503.</summary>
    public void AnswerUnavailable()
    {
        _answersUnavailable = true;
        Listen();
        Cut();
    }

    /// <summary>What is connected is cut off; nothing listens.</summary>
    public async Task RefuseAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    public async ValueTask DisposeAsync() => await RefuseAsync();

    private void Listen()
    {
        if (!_accepting.IsCompleted) return;

        _listener = new(IPAddress.Loopback, Url.Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    private void Cut()
    {
        lock (_lock)
        {
            foreach (var client in _clients) client.Close();
            _clients.Clear();
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                lock (_lock) _clients.Add(client);
                _ = _answersUnavailable ? RefuseAsync(client) : JoinAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped: the door refuses, or the run is over.
        }
    }

    /// <summary>Waits for the first bytes of a request, answers, and reads on until the client hangs up.</summary>
    private async Task RefuseAsync(TcpClient client)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            var stream = client.GetStream();
            if (await stream.ReadAsync(buffer) > 0) await stream.WriteAsync(Answer);
            while (await stream.ReadAsync(buffer) > 0) { }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut off by either side.
        }

        Forget(client);
    }

    private async Task JoinAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // Cut off by either side.
        }

        Forget(client);
    }

    private void Forget(TcpClient client)
    {
        lock (_lock) _clients.Remove(client);
        client.Dispose();
    }
}
