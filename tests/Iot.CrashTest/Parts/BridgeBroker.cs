using Iot.Testing;

namespace Iot.CrashTest.Parts;

/// <summary>A real mosquitto in front of some devices: it takes their batches, acknowledges them itself and carries them on to the gateway.</summary>
/// <remarks>
/// One bridge a device, since an anonymous connection speaks for one device. It writes its memory to disk once a second, so a kill
/// loses messages that it has acknowledged: what the gateway must do is to name them as gaps.
/// </remarks>
internal sealed class BridgeBroker : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private RealProcess? _process;

    /// <remarks>Started by root it would become another user, who may not write here.</remarks>
    /// <param name="gatewayPort">Where the bridges carry to.</param>
    public BridgeBroker(int gatewayPort, IReadOnlyList<string> devices)
    {
        Port = FreePort.Next();
        var bridges = devices.Select(device => $"""
            connection {device}
            address 127.0.0.1:{gatewayPort}
            remote_clientid {device}
            local_clientid bridge-{device}
            bridge_protocol_version mqttv311
            topic v1/devices/{device}/telemetry out 1
            cleansession false
            notifications false
            try_private false
            restart_timeout 1
            """);
        File.WriteAllText(_directory["mosquitto.conf"], $"""
            listener {Port} 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location {_directory.Path}/
            autosave_interval 1
            max_queued_messages 0
            user root
            {string.Join('\n', bridges)}

            """);
    }

    public int Port { get; }

    public RealProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    public async Task BeginAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = RealProcess.Start("mosquitto", ["-c", _directory["mosquitto.conf"]]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }
}
