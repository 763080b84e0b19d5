using Iot.Gateway.Mqtt.Quotas;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Takes connections from Kestrel and hands them to MQTTnet. When Kestrel stops, each of them drains.</summary>
internal sealed class ConnectionAcceptor : ConnectionHandler, IMqttServerAdapter
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
            Interlocked.Increment(ref _open);
            await ServeAsync(connection, serve, services);
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
        using var client = new ClientConnection(connection, connection.Features.GetRequiredFeature<Place>(), services);
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using var drain = closing.Register(() => client.End(Ending.Drain));
        await serve(client);
    }
}
