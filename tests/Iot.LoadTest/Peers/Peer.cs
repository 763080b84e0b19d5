using System.Globalization;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Peers;

/// <summary>A way from devices to the sink.</summary>
/// <param name="Word">For <c>--only</c>.</param>
/// <param name="Name">For the tables.</param>
/// <param name="StartAsync">Ready to be published to when it returns.</param>
internal sealed record Peer(string Word, string Name, Func<PeersArguments, LoadPlan, CountingSink, Task<PeerUnderLoad>> StartAsync)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("node-red", "Node-RED", (arguments, _, sink) => SubscriberAsync(NodeRed(arguments.Directory, sink))),
        new("mqtt-js", "mqtt.js bridge", (arguments, _, sink) => SubscriberAsync(MqttJs(arguments.Directory, sink, "on-receipt"))),
        new("mqtt-js-after-write", "mqtt.js bridge, PUBACK after the write", (arguments, _, sink) => SubscriberAsync(MqttJs(arguments.Directory, sink, "after-write"))),
        new("gateway-behind-mosquitto", "gateway behind mosquitto", ForwardedAsync),
        new("gateway", "gateway, no broker", DirectAsync),
    ];

    /// <summary>A loss of ours fails the bench.</summary>
    public bool IsOurs => Word.StartsWith("gateway", StringComparison.Ordinal);

    private static NodeProgram NodeRed(string directory, CountingSink sink) => new(port =>
    (
        [Path.Combine(directory, "node_modules/node-red/red.js"), "--userDir", Path.Combine(directory, "node-red")],
        new() { ["MQTT_PORT"] = Text(port), ["SINK_PORT"] = Text(sink.Url.Port) }
    ));

    private static NodeProgram MqttJs(string directory, CountingSink sink, string pubAck) => new(port =>
    (
        [Path.Combine(directory, "mqtt-bridge.js")],
        new() { ["MQTT_URL"] = $"mqtt://127.0.0.1:{Text(port)}", ["SINK_URL"] = $"http://127.0.0.1:{Text(sink.Url.Port)}", ["PUBACK"] = pubAck }
    ));

    /// <summary>The bridge subscribes at the broker.</summary>
    private static async Task<PeerUnderLoad> SubscriberAsync(NodeProgram program)
    {
        var broker = await PeerBroker.StartAsync("");
        var bridge = new NodeBridge(program, broker.Port);
        await bridge.StartAsync();
        await broker.SubscribedAsync();
        return new(broker, bridge, broker.Port);
    }

    /// <summary>The broker forwards to the gateway, on a connection for each device: without credentials one speaks for one device.</summary>
    private static async Task<PeerUnderLoad> ForwardedAsync(PeersArguments arguments, LoadPlan plan, CountingSink sink)
    {
        var gateway = new GatewayBridge(arguments.Gateway, sink);
        await gateway.StartAsync();
        var broker = await PeerBroker.StartAsync(PeerBroker.Forwarding(plan, gateway.Port));
        return new(broker, gateway, broker.Port);
    }

    private static async Task<PeerUnderLoad> DirectAsync(PeersArguments arguments, LoadPlan plan, CountingSink sink)
    {
        var gateway = new GatewayBridge(arguments.Gateway, sink);
        await gateway.StartAsync();
        return new(null, gateway, gateway.Port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What runs while a peer is measured.</summary>
/// <param name="Broker">Null: devices publish to the bridge itself.</param>
/// <param name="Port">Where devices publish.</param>
internal sealed record PeerUnderLoad(PeerBroker? Broker, IBridge Bridge, int Port) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Bridge.DisposeAsync();
        if (Broker is not null) await Broker.DisposeAsync();
    }
}
