using System.Globalization;
using Iot.LoadTest.Devices;
using Iot.Testing;

namespace Iot.LoadTest.Peers;

/// <summary>A real mosquitto, set up so that it never throws a message away: its own default drops what exceeds 1,000 waiting for a subscriber.</summary>
internal sealed class PeerBroker : IAsyncDisposable
{
    private const string Subscribed = "v1/devices/+/telemetry";

    private readonly RealProcess _process;
    private readonly TempDirectory _directory;

    private PeerBroker(RealProcess process, TempDirectory directory, int port) => (_process, _directory, Port) = (process, directory, port);

    public int Id => _process.Id;

    public int Port { get; }

    /// <param name="more">Lines for its configuration.</param>
    public static async Task<PeerBroker> StartAsync(string more)
    {
        var directory = new TempDirectory();
        var port = FreePort.Next();
        await File.WriteAllTextAsync(directory["mosquitto.conf"], string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            max_queued_messages 0
            max_inflight_messages 1000
            set_tcp_nodelay true
            connection_messages false
            log_dest stderr
            log_type error
            log_type warning
            log_type information
            log_type subscribe
            {more}
            """));
        var process = RealProcess.Start("mosquitto", ["-c", directory["mosquitto.conf"]]);
        await process.LineAsync("running");
        return new(process, directory, port);
    }

    /// <summary>Configuration that forwards the telemetry of each device of <paramref name="plan"/> to the gateway at <paramref name="port"/>, QoS 1.</summary>
    public static string Forwarding(LoadPlan plan, int port) => string.Join('\n', Enumerable.Range(0, plan.Connections)
        .Select(index => string.Create(CultureInfo.InvariantCulture, $"""
            connection {Fleet.Prefix}{index:D6}
            address 127.0.0.1:{port}
            topic v1/devices/{Fleet.Prefix}{index:D6}/telemetry out 1
            local_clientid forward-{index}
            remote_clientid {Fleet.Prefix}{index:D6}
            bridge_protocol_version mqttv311
            cleansession false
            notifications false
            try_private false
            restart_timeout 1
            """)));

    /// <summary>The broker says that somebody has subscribed to the telemetry of all devices.</summary>
    public Task SubscribedAsync() => _process.LineAsync(Subscribed, TimeSpan.FromMinutes(2));

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Dispose();
    }
}
