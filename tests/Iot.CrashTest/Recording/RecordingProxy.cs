using System.Net;
using System.Net.Sockets;

namespace Iot.CrashTest.Recording;

/// <summary>Stands between devices and whoever acknowledges them: the gateway, or a broker. Its recorder hears both.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<RecordedConnection> _open = [];
    private readonly Task _accepting;
    private readonly int _port;

    public RecordingProxy(int port)
    {
        _port = port;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public Recorder Recorder { get; } = new();

    /// <summary>Cuts one of the connections, if there is any.</summary>
    public bool CutOne(Chance chance)
    {
        lock (_open)
        {
            if (_open.Count == 0) return false;

            _open.ElementAt(chance.Next(_open.Count)).Cut();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_open)
            foreach (var connection in _open) connection.Dispose();
        Recorder.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(new(Recorder, await _listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was stopped: the campaign is over.
        }
    }

    private async Task ServeAsync(RecordedConnection connection)
    {
        lock (_open) _open.Add(connection);
        using (connection) await connection.JoinAsync(_port);
        lock (_open) _open.Remove(connection);
    }
}
