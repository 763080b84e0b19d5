using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Takes connections from Kestrel and hands them to MQTTnet. When Kestrel stops, each of them drains.</summary>
internal sealed class ConnectionAcceptor(int maxConnections) : ConnectionHandler, IMqttServerAdapter
{
    private int _open;

    /// <summary>Open now.</summary>
    public int Connections => Volatile.Read(ref _open);

    /// <summary>Set by MQTTnet while it runs.</summary>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Set before MQTTnet starts.</summary>
    public ConnectionServices? Services { get; set; }

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (ClientHandler is not { } serve || Services is not { } services) return;

        services.Metrics.ConnectionOpened();
        try
        {
            if (Interlocked.Increment(ref _open) <= maxConnections) await ServeAsync(connection, serve, services);
            else services.Refusals.Disconnected("(unknown)", connection.RemoteEndPoint, MqttRefusal.TooManyConnections);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            services.Metrics.ConnectionClosed();
        }
    }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask; // Kestrel listens

    public Task StopAsync() => Task.CompletedTask; // Kestrel has stopped before

    public void Dispose()
    {
        // Owns nothing.
    }

    private static async Task ServeAsync(ConnectionContext connection, Func<IMqttChannelAdapter, Task> serve, ConnectionServices services)
    {
        using var client = new ClientConnection(connection, services);
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using var drain = closing.Register(() => client.End(Ending.Drain));
        await serve(client);
    }
}
